/** The import worker's thread. */
import { ImportError } from '../../import/import-error.ts';
import type { SyncSource } from '../../import/onnx/own-file.ts';
import { keepWeights } from '../platform/kept-weights.ts';
import { messageOf } from '../session/message-of.ts';
import { doImport } from './import-work.ts';
import type { FromImport, ToImport } from './protocol.ts';

/** Workers have it; TypeScript tells of it in its library for workers alone. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const tell = (message: FromImport): void => postMessage(message);

addEventListener(
  'message',
  ({ data }: MessageEvent<ToImport>) => void doImport(data, { tell, open, keep: keepWeights }),
);

function open(file: File): SyncSource {
  const reader = new FileReaderSync();
  return {
    byteLength: file.size,
    read: (begin, end) => {
      try {
        return new Uint8Array(reader.readAsArrayBuffer(file.slice(begin, end)));
      } catch (error) {
        // Once the file is another than was chosen, the browser refuses to read it.
        throw new ImportError(`${file.name} cannot be read (${messageOf(error)})`);
      }
    },
  };
}
