/** ONNX Runtime, whichever build: a model becomes a session, named tensors go in and come out. */
// Types only: the packages for Node and for the web share them.
import type { InferenceSession, InferenceSessionFactory, Tensor, TensorConstructor } from 'onnxruntime-web';
import type { DType, TensorType } from '../../../gpu/ir/types.ts';
import type { LeafWords } from '../../target.ts';
import type { ComputedTensor } from '../../values.ts';

/** ONNX Runtime cannot be had, or refuses a model or its inputs. */
export class OnnxRuntimeError extends Error {
  override readonly name = 'OnnxRuntimeError';
}

/** What both packages export. */
export interface OnnxLibrary {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

/** A tensor as the devices have it, and how the model takes it. */
export interface NamedWords {
  readonly name: string;
  readonly type: TensorType;
  readonly data: LeafWords;
  /** Absent: as its type. */
  readonly as?: 'i64';
}

export interface OnnxSession {
  /**
   * Computes the outputs of these names, in this order. Whole numbers may be i64 at the model's border.
   * @throws {OnnxRuntimeError} naming the node.
   */
  run(inputs: readonly NamedWords[], outputs: readonly string[]): Promise<ComputedTensor[]>;
  dispose(): Promise<void>;
}

/**
 * Loads a model.
 * @param model its bytes, or, in Node, the path of a file, whose external data lies beside it.
 * @throws {OnnxRuntimeError} where ONNX Runtime refuses the model.
 */
export async function openSession(
  { InferenceSession, Tensor }: OnnxLibrary,
  model: Uint8Array | string,
  options: InferenceSession.SessionOptions = {},
): Promise<OnnxSession> {
  // What goes wrong is thrown; it need not be on stderr as well.
  const quiet: InferenceSession.SessionOptions = { logSeverityLevel: 4, ...options };
  // Two calls, as the library tells paths from bytes by overloads.
  const creating =
    typeof model === 'string' ? InferenceSession.create(model, quiet) : InferenceSession.create(model, quiet);
  const session = await told(creating);
  return {
    run: async (inputs, outputs) => {
      const feeds = Object.fromEntries(inputs.map((input) => [input.name, tensorOf(input, Tensor)]));
      const results = await told(session.run(feeds, [...outputs]));
      return outputs.map((name) => ({ name, ...wordsOf(results[name]!) }));
    },
    dispose: () => session.release(),
  };
}

async function told<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new OnnxRuntimeError(`ONNX Runtime: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function tensorOf({ type, data, as }: NamedWords, TensorOf: TensorConstructor): Tensor {
  if (as === 'i64') return new TensorOf('int64', BigInt64Array.from(data, BigInt), type.shape);
  switch (type.dtype) {
    case 'f32':
      return new TensorOf('float32', data as Float32Array, type.shape);
    case 'i32':
      return new TensorOf('int32', data as Int32Array, type.shape);
    case 'bool':
      return new TensorOf('bool', Uint8Array.from(data), type.shape);
    case 'f16':
      throw new OnnxRuntimeError('half precision is storage of the GPU only');
    default:
      return type.dtype satisfies never;
  }
}

function wordsOf({ type, dims, data }: Tensor): { type: TensorType; data: LeafWords } {
  const words = (dtype: DType, array: LeafWords) => ({ type: { dtype, shape: [...dims] }, data: array });
  switch (type) {
    case 'float32':
      return words('f32', data as Float32Array);
    case 'int32':
      return words('i32', data as Int32Array);
    case 'int64':
      return words('i32', Int32Array.from(data as BigInt64Array, Number));
    case 'bool':
      return words('bool', Uint32Array.from(data as Uint8Array));
    default:
      throw new OnnxRuntimeError(`a result is ${type}, which no port carries`);
  }
}
