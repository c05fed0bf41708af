/** The journal as windows use it: each writes the entries of its own documents, and no other window's. */
import { DesktopError } from './errors.ts';
import type { FoundEntry, JournalFolder, StoredEntry } from './journal.ts';

/** `W` stands for a window, by its identity. */
export class JournalOwners<W extends object> {
  readonly #journal: JournalFolder;
  /** Of the entries whose documents are open, by entry. */
  readonly #owners = new Map<string, W>();

  constructor(journal: JournalFolder) {
    this.#journal = journal;
  }

  /** @throws {DesktopError} for an entry of another window. */
  async write(window: W, entry: StoredEntry): Promise<void> {
    this.#check(window, entry.id);
    this.#owners.set(entry.id, window);
    await this.#journal.write(entry, new Set(this.#owners.keys()));
  }

  /** @throws {DesktopError} for an entry that this window has not written. */
  async append(window: W, id: string, bytes: Uint8Array): Promise<void> {
    if (this.#owners.get(id) !== window) {
      throw new DesktopError('This page has not written that entry of the journal.');
    }
    await this.#journal.append(id, bytes);
  }

  /** Those that no open window is writing. */
  async read(): Promise<readonly FoundEntry[]> {
    return (await this.#journal.read()).filter(({ id }) => !this.#owners.has(id));
  }

  /** The window opens what the entry holds. @returns false if another one does, or it is gone. */
  async claim(window: W, id: string): Promise<boolean> {
    const owner = this.#owners.get(id);
    if (owner) return owner === window;
    // Before looking: of two windows that ask at once one gets it.
    this.#owners.set(id, window);
    const isThere = await this.#journal.has(id);
    if (!isThere) this.release(window, id);
    return isThere;
  }

  /** The entry stays, for whoever wants it. */
  release(window: W, id: string): void {
    if (this.#owners.get(id) === window) this.#owners.delete(id);
  }

  /** A document moves to another window. @throws {DesktopError} for an entry of another one. */
  pass(id: string, from: W, to: W): void {
    this.#check(from, id);
    this.#owners.set(id, to);
  }

  /** @throws {DesktopError} for an entry of another window. */
  async discard(window: W, id: string): Promise<void> {
    this.#check(window, id);
    this.#owners.delete(id);
    await this.#journal.discard(id);
  }

  /** The page is gone: its entries stay. */
  releaseAll(window: W): void {
    for (const id of this.#of(window)) this.#owners.delete(id);
  }

  /** The person has answered for all that the window has; a failure is handed on, and the others go all the same. */
  async discardAll(window: W): Promise<void> {
    const discarded = await Promise.allSettled(this.#of(window).map((id) => this.#journal.discard(id)));
    const failed = discarded.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  #of(window: W): readonly string[] {
    return [...this.#owners].flatMap(([id, owner]) => (owner === window ? [id] : []));
  }

  #check(window: W, id: string): void {
    const owner = this.#owners.get(id);
    if (owner && owner !== window) throw new DesktopError('Another window has these edits.');
  }
}
