/** What runs exports in the application: ONNX Runtime in the page, PyTorch where the shell can start it. */
import { formatDocument } from '../../graph/file.ts';
import { bytesSource } from '../../graph/formats/safetensors.ts';
import { joined } from '../../export/joined.ts';
import type { OnnxExport } from '../../export/onnx/target.ts';
import { OnnxRuntimeError, type OnnxSession } from '../../export/onnx/run/session.ts';
import { PYTORCH } from '../../export/pytorch/target.ts';
import type { ExportedFile, ExportSource } from '../../export/target.ts';
import type { RunningExport } from '../../export/verify/engine.ts';
import { openOnnxExport } from '../../export/verify/onnx.ts';
import { runningPackage, WEIGHTS_FILE } from '../../export/verify/pytorch.ts';
import type { PytorchHost } from '../platform/platform.ts';
import { startOnnxRuntime } from '../session/ort-web.ts';

/** @throws {OnnxRuntimeError} where ONNX Runtime refuses the export. */
export async function openInOnnxRuntime(source: ExportSource): Promise<RunningExport> {
  const runtime = startOnnxRuntime();
  return openOnnxExport(source, (written) => load(written, runtime.open));
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

/** The most that is handed over at once. */
const PIECE_BYTES = 16 * 1024 * 1024;
const LONGEST_NAME = 255;

/**
 * The shell makes the code from the document by itself; weights and inputs go to it as numbers.
 * @throws what the host throws.
 */
export async function openInPytorch(source: ExportSource, host: PytorchHost): Promise<RunningExport> {
  const document = new TextEncoder().encode(formatDocument(source.document));
  const run = await host.open(source.name.slice(0, LONGEST_NAME) || 'graph', document);
  const weights = (await PYTORCH.files(source)).find(({ path }) => path === WEIGHTS_FILE)!;
  for await (const piece of smallPieces(weights)) await host.addWeights(run, piece);
  return runningPackage(source, {
    run: async (inputs, read) => read(bytesSource(await host.run(run, joined(inputs)))),
    dispose: () => host.close(run),
  });
}

async function* smallPieces({ pieces }: ExportedFile): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) {
    for (let at = 0; at < piece.byteLength; at += PIECE_BYTES) {
      // A copy: a view would take its whole buffer along.
      yield piece.slice(at, at + PIECE_BYTES);
    }
  }
}
