/** Runs a template on what PyTorch drew, and compares everything that PyTorch computed. */
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { OracleRequest } from '../../scripts/oracle/oracle.ts';
import { patchbay } from './patchbay.ts';
import { distance, readResults } from './results.ts';

/** Relative L2 distance allowed for outputs. */
export const LIMITS = { reference: 2e-7, gpu: 5e-6 } as const;

export interface OracleRun extends Pick<OracleRequest, 'seed'> {
  readonly sizes: Readonly<Record<string, number>>;
  /** The template is named as the system. */
  readonly system: string;
  readonly device: keyof typeof LIMITS;
  /** From the seed alone, or PyTorch's, given. */
  readonly weights: 'drawn' | 'given';
  /** What PyTorch drew and computed: scripts/oracle/oracle.ts gives it. */
  readonly golden: string;
  /** Inputs that are shown as they are: the port that shows one, and the input's name. They must be the very same. */
  readonly shown?: Readonly<Record<string, string>>;
}

/**
 * Expects weights bit-equal, and outputs of the same shape within the limit of the device. What PyTorch computed under a
 * name with dots is a port inside the graph, and is tapped.
 */
export async function expectAgreement(run: OracleRun): Promise<void> {
  const { system, seed, sizes, device, weights, golden, shown = {} } = run;
  const expected = await readResults(golden);
  const names = [...expected.tensors.keys()];
  const named = (kind: 'input' | 'output'): string[] =>
    names.filter((name) => name.startsWith(`${kind}/`)).map((name) => name.slice(kind.length + 1));
  const out = join(dirname(golden), 'patchbay.safetensors');
  const call = [
    'run',
    `template:${system}`,
    '--device',
    device,
    '--seed',
    String(seed),
    '--save-weights',
    '--out',
    out,
  ];
  const outcome = await patchbay([
    ...call,
    ...Object.entries(sizes).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...named('input').flatMap((name) => ['--input', `${name}=${golden}:input/${name}`]),
    ...named('output').flatMap((name) => (name.includes('.') ? ['--tap', name] : [])),
    ...Object.keys(shown).flatMap((port) => ['--tap', port]),
    ...(weights === 'given' ? ['--weights', `${golden}:weight/`] : []),
  ]);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  const { tensors } = await readResults(out);
  const ours = new Set([...names.map((name) => name.replace(/^output\//, '')), ...Object.keys(shown)]);
  expect([...tensors.keys()].filter((name) => !ours.has(name))).toEqual([]);
  for (const [port, input] of Object.entries(shown)) {
    const { shape, data } = expected.tensors.get(`input/${input}`)!;
    expect(tensors.get(port), port).toMatchObject({ shape, data });
  }
  for (const [name, { shape, data }] of expected.tensors) {
    if (name.startsWith('input/')) continue;
    const got = tensors.get(name.replace(/^output\//, ''));
    expect(got?.shape, name).toEqual(shape);
    if (name.startsWith('weight/')) expect(Buffer.compare(bitsOf(got!.data), bitsOf(data)), name).toBe(0);
    else expect(distance(got!.data, data), name).toBeLessThanOrEqual(LIMITS[device]);
  }
}

function bitsOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
