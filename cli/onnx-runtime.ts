/** ONNX Runtime in Node: its library, loaded when it is needed. */
import { OnnxRuntimeError, openSession, type OnnxLibrary, type OnnxSession } from '../export/onnx/run/session.ts';

/**
 * Loads a model.
 * @param model its bytes, or the path of a file, whose external data lies beside it.
 * @throws {OnnxRuntimeError} where ONNX Runtime has no binary for this machine, or refuses the model.
 */
export async function openOnnxSession(model: Uint8Array | string): Promise<OnnxSession> {
  return openSession(await load(), model);
}

/** 30 MB. */
async function load(): Promise<OnnxLibrary> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') {
      // npm leaves an optional package out where its script, which fetches CUDA's libraries, fails.
      throw new OnnxRuntimeError(
        'ONNX Runtime was not installed: set ONNXRUNTIME_NODE_INSTALL=skip, which leaves out CUDA, and run npm install onnxruntime-node; --device reference computes without it',
      );
    }
    throw new OnnxRuntimeError(
      `ONNX Runtime has no binary for this machine (${(error as Error).message.split('\n')[0]}); --device reference computes without it`,
    );
  }
}
