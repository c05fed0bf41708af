/** ONNX Runtime, whichever build and provider: it takes our own export of the very graph. */
import type { InferenceSession } from 'onnxruntime-web';
import { buildModel } from '../../../export/onnx/build.ts';
import { encodeModel } from '../../../export/onnx/encode.ts';
import { openSession, type NamedWords, type OnnxLibrary } from '../../../export/onnx/run/session.ts';
import type { Engine } from '../engine.ts';
import type { Workload } from '../workload.ts';

export interface OnnxProvider {
  readonly library: OnnxLibrary;
  readonly options: InferenceSession.SessionOptions;
  readonly device: string;
  readonly software?: boolean;
}

export function onnxEngine({ library, options, device, software }: OnnxProvider): Engine {
  return {
    device,
    ...(software !== undefined && { software }),
    stage: async (workload) => {
      const model = await modelBytes(workload);
      const inputs: NamedWords[] = [];
      for (const { kind, name, type } of workload.leaves) {
        if (kind === 'input') inputs.push({ name, type, data: await workload.leaf(name) });
      }
      const outputs = workload.graph.outputs.map(({ name }) => name);
      return async () => {
        const session = await openSession(library, model, options);
        return { run: () => session.run(inputs, outputs), facts: {}, dispose: () => session.dispose() };
      };
    },
  };
}

/** The .onnx file. */
async function modelBytes({ name, graph, leaf }: Workload): Promise<Uint8Array> {
  const model = buildModel(graph, { integers: 'i32', tapsAreOutputs: false });
  const pieces: Uint8Array[] = [];
  const words = async (path: string): Promise<Uint8Array> => {
    const { buffer, byteOffset, byteLength } = await leaf(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  };
  for await (const piece of encodeModel(model, { name }, words)) pieces.push(piece);
  const bytes = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
