/** A program on the CPU, in float64: what runs where there is no GPU. Exact, slow, and said to be so. */
import { valueKeys } from '../../gpu/ir/key.ts';
import { checkOperations } from '../../gpu/memory-need.ts';
import type { Graph, ValueId } from '../../gpu/ir/types.ts';
import { recordOf } from '../../gpu/ops/infer.ts';
import type { HostTensor } from '../../gpu/ops/record.ts';
import { runReference, type ReferenceLeaf } from '../../gpu/reference.ts';
import { operationProfile } from '../../gpu/profile-operations.ts';
import type { DeviceInfo, RunReport } from '../../gpu/runtime/types.ts';
import type { Device, Program, RunOptions } from './device.ts';
import { graphOf, NO_LIMITS, weightBytes } from './host-graph.ts';
import { machineMemory } from './machine-memory.ts';
import { previewFrom, readFrom, type HostValues } from './host-values.ts';
import { guessedRates, learn, predictSeconds, type Rates, type Work } from './predictor.ts';
import { tensorOf } from './session-api.ts';

const INFO: DeviceInfo = { kind: 'reference', name: 'float64 reference', software: true, limits: NO_LIMITS };
const BYTES_PER_ELEMENT = 8;
const DEFAULT_BUDGET = 2 ** 29;

/** @param budget bytes that values may take together between runs; those of the last run stay in any case. */
export function createReferenceDevice(budget = DEFAULT_BUDGET): Device {
  /** Outputs and taps by key, those of the last runs at the end: what an edit re-runs from, and what undo shows again. */
  const kept = new Map<string, HostTensor>();
  /** The same by port. */
  let shown: HostValues = new Map();
  let rates: Rates = guessedRates(INFO);

  /** @param known values that need no computing. */
  const compute = async (
    program: Program,
    { leaf, signal, onStage }: RunOptions,
    known: Map<string, HostTensor>,
  ): Promise<RunReport> => {
    const graph = graphOf(program);
    checkOperations(graph, BYTES_PER_ELEMENT, machineMemory());
    const work = workOf(graph, known);
    const fetch = async ({ kind, name, type }: ReferenceLeaf) => tensorOf(type, await leaf({ kind, name })).data;
    const report = await runReference(graph, fetch, {
      kept: known,
      signal,
      onProgress: (progress) => onStage({ kind: 'running', ...progress }),
    });
    rates = learn(rates, work, report.milliseconds / 1000);
    if (known !== kept) for (const [key, value] of known) kept.set(key, value);
    shown = portsOf(graph, new Map([...report.outputs, ...report.taps]));
    trim(kept, new Set(shown.values().map(({ key }) => key)), budget);
    const { milliseconds, stepsRun, stepsTotal, timings } = report;
    return { milliseconds, stepsRun, stepsTotal, timings, pool: { bytes: bytesOf(kept), budget } };
  };

  return {
    info: INFO,
    target: { kind: 'graph' },
    predict: (program) => predictSeconds(workOf(graphOf(program), kept), rates),
    // Nothing is compiled.
    warm: async () => undefined,
    run: (program, options) => compute(program, options, kept),
    profile: async (program, options) => {
      const report = await compute(program, options, new Map());
      return { report, profile: operationProfile(graphOf(program), report.timings) };
    },
    tune: async () => false,
    memory: (program, { pool }) => ({ arenaBytes: 0, weightBytes: weightBytes(graphOf(program)), pool }),
    preview: async (port, spec) => previewFrom(shown, port, spec),
    read: async (port, index = []) => readFrom(shown, port, index),
    dispose: async () => kept.clear(),
  };
}

function portsOf(graph: Graph, tensors: ReadonlyMap<string, HostTensor>): HostValues {
  const keys = valueKeys(graph);
  return new Map(
    graph.outputs.map(({ name, value }) => {
      const { data, ...type } = tensors.get(name)!;
      return [name, { key: keys.get(value)!, type, data }] as const;
    }),
  );
}

/** Operations that the outputs depend on and that no kept value makes needless. */
function workOf(graph: Graph, kept: ReadonlyMap<string, HostTensor>): Work {
  const { operations, outputs, types } = graph;
  const keys = valueKeys(graph);
  const isKept = (value: ValueId) => kept.has(keys.get(value)!);
  const wanted = new Set(outputs.map(({ value }) => value).filter((value) => !isKept(value)));
  let [steps, flops] = [0, 0];
  for (const { op, inputs, attributes, results } of operations.toReversed()) {
    if (op === 'input' || op === 'weight' || !results.some((result) => wanted.has(result))) continue;
    steps++;
    flops += recordOf(op).flops(
      inputs.map((input) => types.get(input)!),
      attributes,
    );
    for (const input of inputs) if (!isKept(input)) wanted.add(input);
  }
  return { steps, flops };
}

/** Drops what was not used for longest, until the rest is within the budget. */
function trim(kept: Map<string, HostTensor>, current: ReadonlySet<string>, budget: number): void {
  for (const key of current) {
    const tensor = kept.get(key)!;
    kept.delete(key);
    kept.set(key, tensor);
  }
  let bytes = bytesOf(kept);
  for (const [key, { data }] of kept) {
    if (bytes <= budget || current.has(key)) return;
    kept.delete(key);
    bytes -= data.length * BYTES_PER_ELEMENT;
  }
}

function bytesOf(tensors: ReadonlyMap<string, HostTensor>): number {
  return tensors.values().reduce((sum, { data }) => sum + data.length * BYTES_PER_ELEMENT, 0);
}
