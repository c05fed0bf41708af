/**
 * Checkpoints that documents name by path and hash: hashed once, a part at a call where they are large, then read in
 * slices by a renderer that knows them. Those in several files are read as if these lay one behind the other.
 */
import { createHash, randomUUID } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { shardsToHash } from '../graph/formats/safetensors-index.ts';
import type { HashedInPart, HashProgress, OpenedCheckpoint, PickedCheckpoint } from './api.ts';
import { CheckpointHashes, type HashedFile, type Hashing, partHashed, withFile } from './checkpoint-hashes.ts';
import {
  chosenCheckpoint,
  claimedIndex,
  type FoundCheckpoint,
  isCheckpoint,
  isIndex,
  namedCheckpoint,
} from './checkpoint-parts.ts';
import { pathInDocument } from './document-paths.ts';
import { DesktopError } from './errors.ts';
import type { Reach } from './reach.ts';
import { identify, isSameFile, readRange } from './reading.ts';

/** A checkpoint of which every byte was read. */
interface HashedCheckpoint extends FoundCheckpoint {
  readonly files: readonly HashedFile[];
  readonly sha256: string;
}

/** What the hash is wanted for: the answer once it is known. */
type Finish<T> = (hashed: HashedCheckpoint) => T;

interface Begun {
  readonly found: FoundCheckpoint;
  readonly hashing: Hashing;
  readonly finish: Finish<HashProgress>;
}

/** A page that gave up says nothing: of those that it never asked for again the oldest goes. */
const MOST_HASHINGS = 8;

/** Those of one window: a handle of another one opens nothing here. */
export class CheckpointFiles {
  readonly #reach: Reach;
  readonly #hashes: CheckpointHashes;
  readonly #byId = new Map<string, HashedCheckpoint>();
  readonly #hashings = new Map<string, Begun>();

  constructor(reach: Reach, hashes: CheckpointHashes = new CheckpointHashes()) {
    this.#reach = reach;
    this.#hashes = hashes;
  }

  /**
   * The checkpoint, or null if it is out of reach, not there, or holds something else. The hash is a permission too, as
   * for pictures.
   * @param documentPath The document that names it; null: never saved.
   * @throws {DesktopError} for an index that is none, or whose parts are not there or out of reach.
   */
  async open(
    documentPath: string | null,
    path: string,
    sha256: string,
  ): Promise<OpenedCheckpoint | HashedInPart | null> {
    const found = await namedCheckpoint(documentPath, path, this.#reach);
    if (!found) return null;
    return await this.#begin(found, (hashed) => (hashed.sha256 === sha256 ? this.#openedOf(hashed) : null));
  }

  /**
   * A file, or the index of several, that the page says was dropped or chosen, with what a document writes down; null if
   * it holds something else than the page read of it. Only then is it in reach.
   */
  async adopted(path: string, sha256: string): Promise<PickedCheckpoint | HashedInPart | null> {
    const isOne = isIndex(path) ? isIndex : isCheckpoint;
    if (!isOne(path)) return null;
    // A link of that ending may lead to anything: what it leads to must be a checkpoint as well.
    const real = await realpath(path).catch(() => '');
    const facts = isOne(real) ? await stat(real).catch(() => null) : null;
    if (!facts?.isFile()) return null;
    const found = isIndex(path) ? await claimedIndex(path, this.#reach) : { path, parts: null };
    if (!found) return null;
    return await this.#begin(found, (hashed) => {
      if (hashed.sha256 !== sha256) return null;
      void this.#reach.choose([path]);
      return this.#pickedOf(hashed, null);
    });
  }

  /**
   * What the person chose (a file, the index of several, or all of them), with what a document writes down.
   * @throws {DesktopError} naming what is no checkpoint, or not there.
   */
  async picked(paths: readonly string[], documentPath: string | null): Promise<PickedCheckpoint | HashedInPart> {
    const found = await chosenCheckpoint(paths, this.#reach);
    return await this.#begin(found, (hashed) => this.#pickedOf(hashed, documentPath));
  }

  /** Hashes the next part. @throws {DesktopError} where it is another file by now, or nobody began. */
  async hashOn(id: string): Promise<HashProgress> {
    const begun = this.#hashings.get(id);
    // Taken out meanwhile: two calls at once would hash one part twice.
    this.#hashings.delete(id);
    if (!begun) throw new DesktopError('The hash of this checkpoint was not begun, or was given up.');
    return await this.#goOn(begun, begun.finish, id);
  }

  /** @throws {DesktopError} where a file of it is another by now, or it has no such bytes. */
  async read(handle: string, begin: number, end: number): Promise<Uint8Array> {
    const known = this.#byId.get(handle);
    if (!known) throw new DesktopError('This checkpoint was not opened in this session.');
    if (end > lengthOf(known)) throw new DesktopError(`${basename(known.path)} has no bytes ${begin} to ${end}.`);
    const bytes = new Uint8Array(end - begin);
    let at = 0;
    for (const file of known.files) {
      const { size } = file.identity;
      const [from, to] = [Math.max(begin - at, 0), Math.min(end - at, size)];
      if (from < to) bytes.set(await readOf(file, from, to), at + from - begin);
      at += size;
    }
    return bytes;
  }

  async #begin<T extends HashProgress>(found: FoundCheckpoint, finish: Finish<T>): Promise<T | HashedInPart> {
    const hashing = await this.#hashes.begin(found.parts?.map(({ path }) => path) ?? [found.path]);
    return await this.#goOn({ found, hashing, finish }, finish, randomUUID());
  }

  async #goOn<T extends HashProgress>(begun: Begun, finish: Finish<T>, id: string): Promise<T | HashedInPart> {
    const { found, hashing } = begun;
    const files = await this.#hashes.goOn(hashing);
    if (files) return finish({ ...found, files, sha256: hashOf(found, files) });
    this.#hashings.set(id, begun);
    for (const oldest of this.#hashings.keys()) {
      if (this.#hashings.size <= MOST_HASHINGS) break;
      this.#hashings.delete(oldest);
    }
    return { hashing: id, name: basename(found.path), part: partHashed(hashing) };
  }

  #openedOf(hashed: HashedCheckpoint): OpenedCheckpoint {
    const { files, parts } = hashed;
    const named = parts?.map(({ name, holds }, index) => {
      return { name, byteLength: files[index]!.identity.size, holds: holds && [...holds] };
    });
    return { handle: this.#idOf(hashed), byteLength: lengthOf(hashed), ...(named && { parts: named }) };
  }

  #pickedOf(hashed: HashedCheckpoint, documentPath: string | null): PickedCheckpoint {
    const { path, sha256 } = hashed;
    return { ...this.#openedOf(hashed), name: basename(path), path: pathInDocument(path, documentPath), sha256 };
  }

  /** One and the same as long as the files are. */
  #idOf(hashed: HashedCheckpoint): string {
    for (const [id, known] of this.#byId) if (isSame(known, hashed)) return id;
    const id = randomUUID();
    this.#byId.set(id, hashed);
    return id;
  }
}

/** Files that were hashed once are the same objects. */
function isSame(one: HashedCheckpoint, other: HashedCheckpoint): boolean {
  return (
    one.path === other.path &&
    one.files.length === other.files.length &&
    one.files.every((file, index) => file === other.files[index])
  );
}

function lengthOf({ files }: HashedCheckpoint): number {
  return files.reduce((sum, { identity }) => sum + identity.size, 0);
}

/** That of the one file, or of the names and hashes of several, as the command line and the browser have it. */
function hashOf({ parts }: FoundCheckpoint, files: readonly HashedFile[]): string {
  if (!parts) return files[0]!.sha256;
  const hashes = new Map(parts.map(({ name }, index) => [name, files[index]!.sha256]));
  return createHash('sha256').update(shardsToHash(hashes)).digest('hex');
}

async function readOf({ path, identity }: HashedFile, begin: number, end: number): Promise<Uint8Array> {
  return await withFile(path, async (opened) => {
    const bytes = await readRange(opened, begin, end);
    // After reading: a write that came between is seen.
    if (!isSameFile(identity, await identify(opened))) {
      throw new DesktopError('another program changed it; open the document again');
    }
    return bytes;
  });
}
