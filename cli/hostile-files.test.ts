/**
 * Files that lie, swell, nest, loop or are merely broken, each read in a process of its own that is watched: none ends it
 * or keeps it, none takes more memory than an honest file of what it says, and each that is refused is refused in one line.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { DOCUMENTS } from './testing/hostile/documents.ts';
import type { HostileFile } from './testing/hostile/hostile-file.ts';
import { mutatedFile } from './testing/hostile/mutations.ts';
import { PICTURES } from './testing/hostile/pictures.ts';
import type { Cost, Task } from './testing/hostile/reader-process.ts';
import { ONNX } from './testing/hostile/onnx.ts';
import { NPY, SAFETENSORS } from './testing/hostile/tensors.ts';
import { CAPTIONS, TOKENIZERS } from './testing/hostile/texts.ts';

const HAND_MADE = [...DOCUMENTS, ...SAFETENSORS, ...NPY, ...PICTURES, ...TOKENIZERS, ...CAPTIONS, ...ONNX];
const MUTATIONS = FULL ? 1000 : 60;
/** In a usual run every tenth; they are ordered by format. */
const chosen = HAND_MADE.filter((_, index) => FULL || index % 10 === 0);

/** After which a reading counts as one that does not end; a machine may have much else to do. */
const DEADLINE_MS = 60_000;

const MIB = 1 << 20;

class Reader {
  #process: ChildProcess | null = null;

  async read(task: Task): Promise<Cost | 'crashed' | 'hangs'> {
    const child = (this.#process ??= await start());
    const ended = new AbortController();
    const reply = Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([cost]) => cost as Cost),
      once(child, 'exit', { signal: ended.signal }).then(() => 'crashed' as const),
      new Promise<'hangs'>((tell) => setTimeout(tell, DEADLINE_MS, 'hangs').unref()),
    ]);
    child.send(task);
    const result = await reply;
    ended.abort();
    if (typeof result === 'string') this.stop();
    return result;
  }

  stop(): void {
    this.#process?.kill('SIGKILL');
    this.#process = null;
  }
}

async function start(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'testing/hostile/reader-process.ts'), {
    execArgv: ['--expose-gc', '--max-old-space-size=2048'],
    serialization: 'advanced',
  });
  await once(child, 'message');
  // Code and libraries are loaded with the first use, which is not the hostile file's need.
  for (const { format, bytes } of Array.from({ length: 8 }, (_, index) => mutatedFile(index))) {
    child.send({ format, bytes: bytes() } satisfies Task);
    await once(child, 'message');
  }
  return child;
}

const reader = new Reader();
afterAll(() => reader.stop());

/** What it took, for the report of a full run. */
const costs: { readonly name: string; readonly cpuMs: number; readonly peakBytes: number }[] = [];

/** Reads a file, and asks of the reading what is asked of all. */
async function readWatched({ format, name, bytes: make }: HostileFile): Promise<string> {
  const bytes = make();
  const result = await reader.read({ format, bytes });
  if (typeof result === 'string') throw new Error(`${format}, ${name}: the reader ${result}`);
  const { reading, cpuMs, peakBytes } = result;
  costs.push({ name: `${format}, ${name}`, cpuMs, peakBytes });
  if (reading.kind === 'fault') throw new Error(`${format}, ${name}: ${reading.message}`);
  const output = reading.kind === 'read' ? reading.output : 0;
  expect(peakBytes, `${format}, ${name}: memory`).toBeLessThan(
    2 * (NEED[format] * bytes.byteLength + output) + 96 * MIB,
  );
  if (reading.kind === 'read') return 'read';
  expect(reading.message, name).not.toMatch(/[\n\r]/);
  expect(reading.message.length, name).toBeLessThan(400);
  expect(reading.message.trim(), name).not.toBe('');
  return reading.message;
}

/** What an honest file of this length needs while it is read, in its lengths: texts become strings and objects. */
const NEED: Readonly<Record<HostileFile['format'], number>> = {
  patchbay: 12,
  safetensors: 12,
  npy: 4,
  picture: 4,
  tokenizer: 12,
  csv: 12,
  jsonl: 12,
  onnx: 12,
};

test.each(chosen.map((file) => [`${file.format}: ${file.name}`, file] as const))(
  'hand-made files are read, or refused in one line that names the place: %s',
  async (_, file) => {
    const outcome = await readWatched(file);
    if (file.expected === 'read') expect(outcome).toBe('read');
    else expect(outcome).toMatch(file.expected);
  },
  2 * DEADLINE_MS,
);

test('of hand-made files there are 200 and more, each with a name of its own', () => {
  const names = HAND_MADE.map(({ format, name }) => `${format}: ${name}`);
  expect(names.length).toBeGreaterThanOrEqual(200);
  expect(new Set(names).size).toBe(names.length);
});

test(`${MUTATIONS} mutations of good files are read, or refused in one line`, async () => {
  let refused = 0;
  for (let n = 0; n < MUTATIONS; n++) if ((await readWatched(mutatedFile(n))) !== 'read') refused++;
  // Changes that change nothing would show nothing.
  expect(refused).toBeGreaterThan(MUTATIONS / 3);
  if (FULL) console.info(`The costliest of ${costs.length} files:\n${costliest().join('\n')}`);
}, 1_800_000);

function costliest(): readonly string[] {
  const by = (key: 'cpuMs' | 'peakBytes') => costs.toSorted((a, b) => b[key] - a[key]).slice(0, 5);
  return [...by('cpuMs'), ...by('peakBytes')].map(
    ({ name, cpuMs, peakBytes }) => `${name}: ${Math.round(cpuMs)} ms of CPU, ${Math.round(peakBytes / MIB)} MiB`,
  );
}
