/** Writes a graph's weights as `patchbay weights --out` has it: which flags there are, where files go, and how far it is. */
import { basename, dirname, join } from 'node:path';
import { SaveError, planSaving, type SaveRequest, type SavedFile } from '../export/weights/save-plan.ts';
import { FLOAT_TYPES, type FloatType } from '../graph/formats/encode-floats.ts';
import { WeightDrawer, type WeightPlan } from '../nodes/weights.ts';
import { storedIn, type CheckpointFile } from './checkpoint.ts';
import type { Call, Flag } from './command.ts';
import { UsageError, UserError } from './errors.ts';
import { checkWritable } from './files.ts';
import { writeAtomically, writeTogether } from './write-files.ts';

const OUT: Flag = { name: 'out', value: 'FILE.safetensors', help: 'write the weights to this file' };
const DTYPE: Flag = {
  name: 'dtype',
  value: 'f32|f16|bf16',
  help: 'with --out: of all numbers; otherwise each weight keeps that of its checkpoint, and drawn ones are f32',
};
const SHARD_SIZE: Flag = {
  name: 'shard-size',
  value: 'SIZE',
  help: 'with --out: in files of at most so many bytes of numbers (2GB, 500MiB): FILE-00001-of-00003.safetensors, and an index',
};
const NAMES: Flag = {
  name: 'names',
  value: 'graph|original',
  help: "with --out: the graph's names (the default), or those that the weights have in their checkpoint, renaming undone",
};

export const SAVE_FLAGS: readonly Flag[] = [OUT, DTYPE, SHARD_SIZE, NAMES];

const ENDING = '.safetensors';

/** Where to, and as what. */
export interface Saving extends SaveRequest {
  readonly out: string;
}

/**
 * What the call asks for; undefined: nothing is to be written.
 * @throws {UsageError} for a flag that is none; {UserError} where nothing can be written there.
 */
export async function savingOf(call: Call): Promise<Saving | undefined> {
  const out = call.value(OUT);
  const others = [DTYPE, SHARD_SIZE, NAMES].find((flag) => call.has(flag));
  if (out === undefined) {
    if (others) throw new UsageError(`--${others.name} wants --out`);
    return undefined;
  }
  if (!out.endsWith(ENDING)) throw new UsageError(`--out ${out}: the name of the file ends in ${ENDING}`);
  const saving = {
    out,
    names: namesOf(call.value(NAMES)),
    dtype: floatType(call.value(DTYPE)),
    fileBytes: bytesOf(call.value(SHARD_SIZE)),
  };
  await checkWritable(out);
  return saving;
}

function namesOf(text = 'graph'): SaveRequest['names'] {
  if (text === 'graph' || text === 'original') return text;
  throw new UsageError(`--names ${text}: there are graph and original`);
}

function floatType(text: string | undefined): FloatType | null {
  if (text === undefined) return null;
  const type = FLOAT_TYPES.find((known) => known.toLowerCase() === text.toLowerCase());
  if (type) return type;
  throw new UsageError(`--dtype ${text}: there are ${FLOAT_TYPES.map((known) => known.toLowerCase()).join(', ')}`);
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};

/** `2GB`, `1.5GiB`, `500MB`, `4096`. */
function bytesOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?(?:([kmg]i?)?b)?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * UNITS[unit.toLowerCase()]!);
  if (number === undefined || !Number.isSafeInteger(bytes) || bytes < 1)
    throw new UsageError(`--shard-size ${text}: a size is wanted, as 2GB or 500MiB`);
  return bytes;
}

/**
 * Writes all of it or nothing, and prints the files.
 * @throws {UserError} where it cannot be written.
 */
export async function saveWeights(
  call: Call,
  saving: Saving,
  { recipes }: WeightPlan,
  checkpoint: CheckpointFile | undefined,
): Promise<void> {
  const drawer = new WeightDrawer();
  const { out } = saving;
  const plan = told(() =>
    planSaving(recipes.values(), saving, {
      stored: (entry) => storedIn(checkpoint!, entry),
      draw: (recipe) => drawer.draw(recipe),
    }),
  );
  const { byteLength, files, named } = plan;
  const written = named(basename(out).slice(0, -ENDING.length));
  const placed = written.map((file) => ({ path: join(dirname(out), file.name), file }));
  const [first] = placed;
  const progress = createProgress(byteLength);
  try {
    if (files === 1) await writeAtomically(first!.path, progress.over(first!.file));
    else await writeTogether(placed.map(({ path, file }) => ({ path, pieces: progress.over(file) })));
  } finally {
    progress.end();
  }
  for (const { path } of placed) call.print(path);
}

function told<T>(plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    throw error instanceof SaveError ? new UserError(error.message) : error;
  }
}

/** A line that a terminal shows while it goes on; a file or another program gets none. */
function createProgress(total: number) {
  const shown = process.stderr.isTTY;
  let done = 0;
  return {
    over: async function* ({ name, pieces }: SavedFile): AsyncIterable<Uint8Array> {
      for await (const piece of pieces()) {
        yield piece;
        done += piece.byteLength;
        const part = total === 0 ? 100 : Math.floor((100 * Math.min(done, total)) / total);
        if (shown) process.stderr.write(`\r\x1b[K${name}  ${part} %`);
      }
    },
    end: (): void => {
      if (shown) process.stderr.write('\r\x1b[K');
    },
  };
}
