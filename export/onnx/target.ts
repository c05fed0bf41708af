/** ONNX: one model from the IR, its parameters inside; beyond what a file of Protocol Buffers can hold, in a file beside it. */
import { elementCount } from '../../gpu/ir/types.ts';
import { lower } from '../../nodes/lower.ts';
import { loopsLeftOut } from '../left-out.ts';
import type { ExportedFile, ExportSource, ExportTarget } from '../target.ts';
import { valueNames } from '../value-names.ts';
import { buildModel } from './build.ts';
import { dynamicModel, SIZES } from './dynamic.ts';
import { encodeModel, type ExternalData, type ReadWeight } from './encode.ts';
import type { OnnxModel } from './model.ts';
import { batchOf, type Sized } from './resize.ts';

const MODEL_FILE = 'model.onnx';
const DATA_FILE = 'model.onnx.data';

/** A message of Protocol Buffers ends at 2 GiB; the rest is for nodes and names. */
const LARGEST_MODEL = 2 ** 31 - 2 ** 26;

/** Pages, so that a runtime may map the file. */
const DATA_ALIGNMENT = 4096;

export const ONNX: ExportTarget = {
  name: 'onnx',
  title: 'ONNX',
  summary: 'A model for ONNX Runtime and others that read ONNX, operator set 17',
  problems: (source) =>
    Object.keys(source.tree.root.outputs).length > 0
      ? loopsLeftOut(source, 'an ONNX model')
      : [
          {
            code: 'export.no-output',
            severity: 'error',
            message: 'the main module has no output to export',
            place: {},
          },
        ],
  files: (source) => Promise.resolve(exportOnnx(source).files),
};

export interface OnnxExport {
  readonly model: OnnxModel;
  readonly files: readonly ExportedFile[];
}

export interface OnnxOptions {
  /** Whether every port of a node is an output too. */
  readonly portsAreOutputs?: boolean;
  /** Bytes of parameters that the model's own file takes. */
  readonly largest?: number;
}

/** The model, and the files that it is written to. */
export function exportOnnx(
  source: ExportSource,
  { portsAreOutputs = false, largest = LARGEST_MODEL }: OnnxOptions = {},
): OnnxExport {
  const model = dynamic(source, portsAreOutputs) ?? modelOf(source, portsAreOutputs);
  const weights = weightsOf(model);
  const read: ReadWeight = async (path) => {
    const { buffer, byteOffset, byteLength } = await source.leaf('weight', path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  };
  const total = weights.reduce((sum, { bytes }) => sum + bytes, 0);
  const { name } = source;
  if (total <= largest) return { model, files: [{ path: MODEL_FILE, pieces: encodeModel(model, { name }, read) }] };
  const { external, gaps } = layOut(weights);
  const files = [
    { path: MODEL_FILE, pieces: encodeModel(model, { name, external }, read) },
    { path: DATA_FILE, pieces: dataPieces(weights, gaps, read) },
  ];
  return { model, files };
}

/** The model for any batch, where the graph allows it. */
function dynamic(source: ExportSource, portsAreOutputs: boolean): OnnxModel | undefined {
  const batch = batchOf(source);
  if (!batch) return undefined;
  const [a, b, c] = SIZES.map((size) => batch.resize(size)).map((sized) => sized && modelOf(sized, portsAreOutputs));
  return a && b && c && dynamicModel([a, b, c], batch.name);
}

/** The model, values in between named by the ports of the nodes that they come from. */
function modelOf({ tree, inference, weights }: Sized, portsAreOutputs: boolean): OnnxModel {
  // What the sources hold here is nothing to the model, which is fed by others.
  const sources = new Map(tree.execution.map(({ path }) => [path, path]));
  const { graph } = lower(tree, inference, { weights: weights.recipes, sources, taps: valueNames(tree) });
  return buildModel(graph, { integers: 'i64', tapsAreOutputs: portsAreOutputs });
}

interface StoredWeight {
  readonly path: string;
  readonly bytes: number;
}

function weightsOf({ initializers }: OnnxModel): StoredWeight[] {
  return initializers.flatMap(({ from, dims }) =>
    from.kind === 'weight' ? [{ path: from.path, bytes: elementCount(dims) * Float32Array.BYTES_PER_ELEMENT }] : [],
  );
}

/** Where each parameter lies in the data file, and the bytes between it and the one before. */
function layOut(weights: readonly StoredWeight[]): { external: ExternalData; gaps: number[] } {
  const offsets = new Map<string, number>();
  const gaps: number[] = [];
  let end = 0;
  for (const { path, bytes } of weights) {
    const offset = Math.ceil(end / DATA_ALIGNMENT) * DATA_ALIGNMENT;
    offsets.set(path, offset);
    gaps.push(offset - end);
    end = offset + bytes;
  }
  return { external: { file: DATA_FILE, offsets }, gaps };
}

async function* dataPieces(
  weights: readonly StoredWeight[],
  gaps: readonly number[],
  read: ReadWeight,
): AsyncGenerator<Uint8Array> {
  for (const [index, { path }] of weights.entries()) {
    yield new Uint8Array(gaps[index]!);
    yield await read(path);
  }
}
