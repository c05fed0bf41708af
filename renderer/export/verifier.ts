/** Verifies an ONNX export in the application: ONNX Runtime beside the device of the canvas, on several random inputs. */
import { joined } from '../../export/joined.ts';
import { OnnxRuntimeError, type OnnxSession } from '../../export/onnx/run/session.ts';
import type { OnnxExport } from '../../export/onnx/target.ts';
import type { ExportSource } from '../../export/target.ts';
import type { ComputedTensor } from '../../export/values.ts';
import { compareAll } from '../../export/verify/compare.ts';
import { computeNamed, type ComputesGraphs } from '../../export/verify/compute-named.ts';
import { openOnnxExport } from '../../export/verify/onnx.ts';
import { randomInputs } from '../../export/verify/random-inputs.ts';
import type { Device } from '../session/device.ts';
import { openDevice } from '../session/open-device.ts';
import { programFor } from '../session/program-for.ts';
import { startOnnxRuntime } from '../session/ort-web.ts';
import type { DeviceChoice } from '../stores/remembered-device.ts';
import type { VerifyReport, VerifyRound } from './protocol.ts';

const SEEDS = 3;

/**
 * @param choice the device that the canvas computes on.
 * @throws {OnnxRuntimeError} where ONNX Runtime refuses the export; {LimitError} where the device has no room for it.
 */
export async function verifyOnnx(
  source: ExportSource,
  choice: DeviceChoice,
  onProgress: (done: number, total: number) => void,
): Promise<VerifyReport> {
  const runtime = startOnnxRuntime();
  const { device } = await openDevice({ choice, tuning: null, verdict: null, onLost: () => undefined });
  const exported = await openOnnxExport(source, (written) => load(written, runtime.open));
  const computing = computesOn(device);
  const rounds: VerifyRound[] = [];
  for (let seed = 0; seed < SEEDS; seed++) {
    onProgress(seed, SEEDS);
    const inputs = await randomInputs(source, new Set(), seed);
    const wanted = await computeNamed(source, exported.names, computing, inputs, seed);
    rounds.push({ seed, values: compareAll(wanted, await exported.run(inputs)) });
  }
  return { engine: 'ONNX Runtime', device: device.info.name, rounds };
}

async function load({ files }: OnnxExport, open: (model: Uint8Array) => Promise<OnnxSession>): Promise<OnnxSession> {
  const [model, ...beside] = files;
  if (beside.length > 0) {
    throw new OnnxRuntimeError(
      'the weights are beyond what a model in memory holds: verify it with `patchbay verify GRAPH --against onnx`',
    );
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of model!.pieces) pieces.push(piece);
  return open(joined(pieces));
}

function computesOn(device: Device): ComputesGraphs {
  return {
    compute: async (graph, leaf) => {
      await device.run(programFor(device, graph), {
        leaf: async ({ kind, name }) => new Uint8Array(await copyOf(leaf, kind === 'input' ? 'input' : 'weight', name)),
        signal: new AbortController().signal,
        onStage: () => undefined,
      });
      const tensors: ComputedTensor[] = [];
      for (const { name } of graph.outputs) {
        const read = await device.read(name);
        if (!read) throw new Error(`${name} was computed and is not there`);
        tensors.push({ name, ...read });
      }
      return { tensors };
    },
  };
}

async function copyOf(leaf: ExportSource['leaf'], kind: 'input' | 'weight', name: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await leaf(kind, name);
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}
