/** PyTorch in an interpreter of its own: an engine, and in float64 the yardstick for all of them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LeafWords } from '../../../export/target.ts';
import type { ComputedTensor } from '../../../export/values.ts';
import type { Graph } from '../../../gpu/ir/types.ts';
import { inCalls } from '../interpret.ts';
import type { Opened, Started } from '../thread.ts';
import type { Workload } from '../workload.ts';
import { workloadOf } from '../workloads/registry.ts';
import type { Remote } from './remote.ts';

const SCRIPT = fileURLToPath(new URL('./pytorch.py', import.meta.url));

/** What the interpreter says when it is ready. */
interface Greeting {
  readonly version: string;
  readonly threads: number;
  /** Ops that it has calls for. */
  readonly calls: readonly string[];
}

export interface Python extends Remote {
  /** Every output of the workload in float64. */
  reference(workload: Workload): Promise<ReadonlyMap<string, Float64Array>>;
}

/** @param interpreter one that has torch and numpy. */
export async function openPython(interpreter: string): Promise<Python> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
  const child = spawn(interpreter, [SCRIPT, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told = (told + text).slice(-2000)));
  const answer = async (): Promise<unknown> => {
    const { done, value } = await lines.next();
    if (done) throw new Error(`Python ended: ${told.trim().split('\n').at(-1) ?? ''}`);
    const { result, fault } = JSON.parse(value) as { readonly result?: unknown; readonly fault?: string };
    if (fault !== undefined) throw new Error(fault);
    return result;
  };
  const ask = (method: string): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify({ method })}\n`);
    return answer();
  };
  const greeting = (await answer()) as Greeting;
  let outputs: Graph['outputs'] = [];
  let types: Graph['types'] = new Map();
  const stage = async (workload: Workload, dtype: 'float32' | 'float64'): Promise<void> => {
    const graph = inCalls(workload.graph, greeting.calls);
    ({ outputs, types } = graph);
    await writeProgram(folder, workload, graph, dtype);
    await ask('stage');
  };
  return {
    open: () => Promise.resolve(openedBy(greeting)),
    stage: async (name, scale) => stage(await workloadOf(name, scale), 'float32'),
    start: async (): Promise<Started> => ({ milliseconds: (await ask('start')) as number, facts: {} }),
    run: async () => (await ask('run')) as number,
    read: async () => {
      await ask('read');
      const words = await readWords(folder);
      return outputs.map(({ name, value }, index): ComputedTensor => ({
        name,
        type: types.get(value)!,
        data: Float32Array.from(words[index]!),
      }));
    },
    drop: async () => void (await ask('drop')),
    reference: async (workload) => {
      await stage(workload, 'float64');
      await ask('start');
      await ask('read');
      const words = await readWords(folder);
      await ask('drop');
      return new Map(outputs.map(({ name }, index) => [name, words[index]!]));
    },
    pids: () => Promise.resolve([child.pid!]),
    close: () => end(child, folder),
  };
}

function openedBy({ version, threads }: Greeting): Opened {
  return { device: `CPU, ${threads} threads`, software: true, version: `PyTorch ${version}` };
}

/** The graph as JSON, and the numbers of its leaves one after the other, 32 bits each. */
async function writeProgram(
  folder: string,
  { leaves, leaf }: Workload,
  { operations, types, outputs }: Graph,
  dtype: string,
): Promise<void> {
  const numbers: LeafWords[] = [];
  for (const { name } of leaves) numbers.push(await leaf(name));
  const program = {
    dtype,
    leaves: leaves.map(({ name, type }) => ({ name, ...type })),
    operations: operations.map(({ op, inputs, attributes, results }) => {
      return { op, inputs, attributes, results, types: results.map((value) => types.get(value)!) };
    }),
    outputs: outputs.map(({ value }) => value),
  };
  await writeFile(join(folder, 'program.json'), JSON.stringify(program, finite));
  await writeFile(
    join(folder, 'leaves.bin'),
    numbers.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
}

/** JSON has no infinity; Python reads its name. */
function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** Each output as float64: first how many elements each has, then all of them. */
async function readWords(folder: string): Promise<Float64Array[]> {
  const counts = JSON.parse(await readFile(join(folder, 'outputs.json'), 'utf8')) as readonly number[];
  const { buffer, byteOffset } = await readFile(join(folder, 'outputs.bin'));
  let at = byteOffset;
  return counts.map((count) => {
    const words = new Float64Array(buffer.slice(at, at + count * 8));
    at += count * 8;
    return words;
  });
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}
