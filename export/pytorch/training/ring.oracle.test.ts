/** contrastive.py by itself: the graph's own losses and gradients, and what a process keeps in memory while it computes them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL } from '../../../scripts/effort.ts';
import { exportSourceOf } from '../../testing/source.ts';
import { TrainingTester } from '../../testing/train-packages.ts';
import { AWKWARD, COMPARISONS } from './testing/documents.ts';

let tester: TrainingTester;
let folder: string;

beforeAll(async () => {
  tester = await TrainingTester.start();
  folder = await tester.write(exportSourceOf(COMPARISONS));
});
afterAll(() => tester?.close());

/** Largest difference of the losses, and of all gradients, in float64. */
const AGREEMENT = `
import torch
from run import load_inputs, load_model
from train import CONTRASTIVE, Objective

model = load_model().double()
inputs = {name: value.double() for name, value in load_inputs().items()}


def gradients_of(loss):
    model.zero_grad()
    loss.backward()
    return [torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in model.parameters()]


for name, compute in CONTRASTIVE.items():
    whole, shared = model(**inputs)[name], compute(*Objective(model, name)(inputs))
    far = [abs(whole - shared).item()]
    for one, other in zip(gradients_of(whole), gradients_of(shared)):
        far.append((one - other).abs().max().item())
    print(name, max(far))
`;

test.each([
  ['comparisons', COMPARISONS, ['sigmoid_loss', 'softmax_loss', 'reverse_loss']],
  ['awkward names', AWKWARD, ['lambda', 'clip_loss', 'main']],
] as const)('alone, a loss and its gradients are those of the graph: %s', async (_, document, names) => {
  const { codes, text } = await tester.execute(await tester.write(exportSourceOf(document)), AGREEMENT);
  expect(codes, text).toEqual([0]);
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  expect(rows.map(([name]) => name)).toEqual(names);
  for (const [, far] of rows) expect(Number(far)).toBeLessThan(1e-12);
});

/** The most bytes that PyTorch's allocator had given out, by its own records of each piece. */
const PEAK = `
import json
import os

import torch
from contrastive import clip_loss, siglip_loss
from ranks import join_processes, leave_processes, rank
from torch.profiler import ProfilerActivity, kineto_available, profile

join_processes()
torch.manual_seed(rank())
numbers = [torch.ones((), requires_grad=True) for _ in range(2)]
images, texts = (torch.randn(192, 16, requires_grad=True) for _ in range(2))


def changes_of(compute):
    """Bytes that were taken, or given back, one after the other."""
    if kineto_available():
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
            compute()
        file = f"trace-{rank()}.json"
        profiler.export_chrome_trace(file)
        with open(file) as trace:
            events = json.load(trace)["traceEvents"]
        os.remove(file)
        found = [event for event in events if event["name"] == "[memory]"]
        return [event["args"]["Bytes"] for event in sorted(found, key=lambda event: event["ts"])]

    from torch.autograd import profiler_legacy

    records = []
    profiler_legacy._parse_legacy_records = lambda threads: records.extend(sum(threads, [])) or []
    with profiler_legacy.profile(profile_memory=True):
        compute()
    start = next(record for record in records if record.name() == "__start_profile")
    found = [record for record in records if record.kind() == "memory_alloc"]
    return [record.cpu_memory_usage() for record in sorted(found, key=start.cpu_elapsed_us)]


def peak_of(compute):
    compute()
    taken = peak = 0
    for change in changes_of(compute):
        taken += change
        peak = max(peak, taken)
    return peak


siglip = peak_of(lambda: siglip_loss(images, texts, *numbers).backward())
clip = peak_of(lambda: clip_loss(images, texts, numbers[0]).backward())
if rank() == 0:
    print("siglip_loss", siglip, flush=True)
    print("clip_loss", clip, flush=True)
leave_processes()
`;

async function peaks(ranks: number): Promise<Readonly<Record<string, number>>> {
  const { codes, text } = await tester.execute(folder, PEAK, [], ranks);
  expect(new Set(codes), text).toEqual(new Set([0]));
  const found = text.matchAll(/^(\w+_loss) (\d+)$/gm);
  return Object.fromEntries(Array.from(found, ([, name, bytes]) => [name, Number(bytes)]));
}

describe('what a process keeps, at 192 rows each', () => {
  test('of the ring does not grow with the number of processes; of joined features it does', async () => {
    const [two, four] = [await peaks(2), await peaks(4)];
    const block = 192 * 192 * 4;
    // Some blocks of one pair of processes, and never those of two pairs.
    expect(two['siglip_loss']).toBeGreaterThan(block);
    expect(two['siglip_loss']).toBeLessThan(8 * block);
    expect(four['siglip_loss']).toBe(two['siglip_loss']);
    // The measure does see what grows.
    expect(four['clip_loss']).toBeGreaterThan(1.7 * two['clip_loss']!);
    if (FULL) expect((await peaks(8))['siglip_loss']).toBe(two['siglip_loss']);
  });
});
