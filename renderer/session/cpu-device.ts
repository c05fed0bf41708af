/** A program on the CPU in float32: ONNX Runtime in this thread, over the model that the ONNX export writes. */
import { OnnxEngine } from '../../export/onnx/run/engine.ts';
import { valueKeys } from '../../gpu/ir/key.ts';
import { checkOperations, type MemoryLimit } from '../../gpu/memory-need.ts';
import { createBuilder } from '../../gpu/ops/create-builder.ts';
import type { Graph } from '../../gpu/ir/types.ts';
import { operationProfile } from '../../gpu/profile-operations.ts';
import type { DeviceInfo, RunReport } from '../../gpu/runtime/types.ts';
import type { Device, Program, RunOptions } from './device.ts';
import { graphOf, NO_LIMITS, weightBytes } from './host-graph.ts';
import { previewFrom, readFrom, type HostValues } from './host-values.ts';
import { startOnnxRuntime, type WebRuntime } from './ort-web.ts';
import { guessedRates, learn, predictSeconds, type Rates } from './predictor.ts';
import { tensorOf } from './session-api.ts';

/** A run can be cancelled between two pieces: a tenth of a second at the rate of two slow cores. */
export const PIECE_FLOPS = 2e9;

/** What addresses of 32 bits reach. */
const WASM_MEMORY: MemoryLimit = { bytes: 2 ** 32, of: 'ONNX Runtime in a browser' };

/**
 * Loads ONNX Runtime; once in a thread.
 * @throws {OnnxRuntimeError} where WebAssembly or its binary cannot be had.
 */
export async function openCpuDevice(): Promise<Device> {
  const runtime = startOnnxRuntime();
  const engine = new OnnxEngine({ open: runtime.open, cut: { flops: PIECE_FLOPS } });
  const info: DeviceInfo = { kind: 'cpu', name: nameOf(runtime), software: true, limits: NO_LIMITS };
  // The binary is loaded with the first model: while the first graph is still compiled. What fails is told by its run.
  engine.warm(smallest(), new AbortController().signal).catch(() => undefined);
  let shown: HostValues = new Map();
  let rates: Rates = guessedRates(info);

  const compute = async (
    program: Program,
    { leaf, signal, onStage }: RunOptions,
    fresh: boolean,
  ): Promise<RunReport> => {
    const graph = graphOf(program);
    checkOperations(graph, Float32Array.BYTES_PER_ELEMENT, WASM_MEMORY);
    const work = engine.workOf(graph);
    const types = leafTypes(graph);
    const run = await engine.run(graph, async (asked) => tensorOf(types.get(idOf(asked))!, await leaf(asked)).data, {
      signal,
      onProgress: (progress) => onStage({ kind: 'running', ...progress }),
      fresh,
    });
    // Of what was kept, nothing had been predicted.
    if (!fresh) rates = learn(rates, work, run.computing / 1000);
    const keys = valueKeys(graph);
    shown = new Map(
      graph.outputs.map(({ name, value }, index) => [name, { ...run.tensors[index]!, key: keys.get(value)! }]),
    );
    const { milliseconds, stepsRun, stepsTotal, timings } = run;
    return { milliseconds, stepsRun, stepsTotal, timings, pool: engine.pool };
  };

  return {
    info,
    target: { kind: 'graph' },
    predict: (program) => predictSeconds(engine.workOf(graphOf(program)), rates),
    warm: (program, signal) => engine.warm(graphOf(program), signal),
    run: (program, options) => compute(program, options, false),
    profile: async (program, options) => {
      const report = await compute(program, options, true);
      return { report, profile: operationProfile(graphOf(program), report.timings) };
    },
    memory: (program, { pool }) => ({ arenaBytes: 0, weightBytes: weightBytes(graphOf(program)), pool }),
    tune: async () => false,
    preview: async (port, spec) => previewFrom(shown, port, spec),
    read: async (port, index = []) => readFrom(shown, port, index),
    dispose: () => engine.dispose(),
  };
}

/** A graph of one operation. */
function smallest(): Graph {
  const builder = createBuilder();
  const one = builder.emit('input', [], { name: 'one', key: 'one', dtype: 'f32', shape: [1] });
  builder.output('two', builder.emit('add', [one, one]), 'output');
  return builder.build();
}

function nameOf({ threads, isolated }: WebRuntime): string {
  const many = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return `ONNX Runtime, ${isolated ? many : `${many}, as the page is not isolated`}`;
}

/** A source and a weight may have one name. */
function idOf({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind} ${name}`;
}

function leafTypes({ operations, types }: Graph) {
  return new Map(
    operations
      .filter(({ op }) => op === 'input' || op === 'weight')
      .map(({ op, attributes, results }) => [
        idOf({ kind: op, name: String(attributes[op === 'input' ? 'name' : 'path']) }),
        types.get(results[0]!)!,
      ]),
  );
}
