/** From the graph to PyTorch and back: what train.py taught is what Patchbay then computes with. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { writePairs } from '../export/testing/pairs.ts';
import { findPython } from '../scripts/oracle/python.ts';
import { exportCommand } from './commands/export.ts';
import { run } from './commands/run.ts';
import { weights } from './commands/weights.ts';
import { call, testFolder } from './testing/in-process.ts';
import { distance, readResults } from './testing/results.ts';

const { fresh, remove } = testFolder();
afterAll(remove);

/** What the model gives for its example with these weights, in float64. */
const COMPUTE = `
import sys
import torch
from run import load_inputs, load_model
from tensor_files import save_tensors

model = load_model(sys.argv[1]).double()
inputs = {name: x.double() if x.is_floating_point() else x for name, x in load_inputs().items()}
with torch.inference_mode():
    save_tensors(model(**inputs), sys.argv[2])
`;

test('seed, export, steps of train.py, checkpoint, and back', async () => {
  const [out, pairs, trained, theirs, mine, before] = [fresh(), fresh(), fresh(), fresh(), fresh(), fresh()] as const;
  await writePairs(pairs);
  await call(exportCommand, 'template:clip', '--to', 'pytorch', '--out', out);
  const python = (...args: readonly string[]) => promisify(execFile)(findPython()!, args, { cwd: out });
  const steps = ['--steps', '12', '--batch-size', '8', '--lr', '1e-3', '--save-every', '4'];
  await python('train.py', '--data', pairs, '--out', trained, ...steps);

  const checkpoint = join(trained, 'step-000012.safetensors');
  const { code, lines } = await call(weights, 'template:clip', '--weights', checkpoint);
  expect(code, lines.join('\n')).toBe(0);
  await python('-c', COMPUTE, checkpoint, theirs);
  await call(run, 'template:clip', '--device', 'reference', '--weights', checkpoint, '--out', mine);
  await call(run, 'template:clip', '--device', 'reference', '--out', before);
  const [{ tensors: got }, { tensors: wanted }, { tensors: first }] = [
    await readResults(mine),
    await readResults(theirs),
    await readResults(before),
  ];
  expect([...got.keys()]).toEqual([...wanted.keys()]);
  for (const [output, { data }] of wanted) expect(distance(got.get(output)!.data, data), output).toBeLessThan(5e-6);
  expect(distance(got.get('logits_per_image')!.data, first.get('logits_per_image')!.data)).toBeGreaterThan(1e-2);
});
