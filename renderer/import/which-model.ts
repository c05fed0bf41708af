/** What was chosen to be imported: which of the files is the model. */
import { CONFIG } from '../../import/huggingface/folder.ts';
import { ImportError } from '../../import/import-error.ts';
import { ONNX_ENDING } from '../platform/model-files.ts';
import type { ModelFiles } from '../platform/platform.ts';
import type { ToImport } from './protocol.ts';

/** @throws {ImportError} where there is no model among the files, or more than one. */
export function whichModel({ name, files }: ModelFiles, sizes: ReadonlyMap<string, number> = new Map()): ToImport {
  if (files.some(({ path }) => path === CONFIG)) return { kind: 'huggingface', name, files };
  const models = files.map(({ path }) => path).filter((path) => path.toLowerCase().endsWith(ONNX_ENDING));
  const [model, another] = models;
  if (model !== undefined && another === undefined) return { kind: 'onnx', model, files, sizes };
  if (files.length === 0) {
    throw new ImportError(
      `${name}: there is no file in it that can be read. Links, of which a snapshot in Hugging Face’s cache is made, are given to no page: choose it in the desktop application by “Import model…”, import it on the command line, or make a copy of it (cp -rL)`,
    );
  }
  if (another === undefined)
    throw new ImportError(`${name}: choose an ${ONNX_ENDING} file, or a Hugging Face folder: one with a ${CONFIG}`);
  throw new ImportError(`${name}: there are several models, ${models.slice(0, 5).join(', ')}: choose one of them`);
}
