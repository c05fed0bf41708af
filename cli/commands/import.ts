/** `patchbay import`: a model of elsewhere as a graph that names its weights; nothing is written unless all of them fit. */
import { dirname } from 'node:path';
import { analyse } from '../../graph/analyse.ts';
import { formatDocument } from '../../graph/file.ts';
import { importFolder } from '../../import/huggingface/folder.ts';
import { huggingFaceReport } from '../../import/report.ts';
import { NODES } from '../../nodes/registry.ts';
import type { Command, Flag } from '../command.ts';
import { renamingRules } from '../checkpoint.ts';
import { UsageError } from '../errors.ts';
import { checkWritable } from '../files.ts';
import { writeAtomically } from '../write-files.ts';
import { factLine, reportFit } from '../fit-report.ts';
import { RENAME, SET } from '../flags.ts';
import { rejectErrors } from '../graph.ts';
import { importOnnxFile } from '../onnx-file.ts';
import { isFolder } from '../picture-folders.ts';
import { samplePictures } from '../sample-pictures.ts';
import { openFolder, pathFrom, readWeights, tokenizerAsset } from '../huggingface-folder.ts';

const OUT: Flag = { name: 'out', value: 'GRAPH.patchbay', help: 'write the graph to this file' };

const SIZE: Flag = {
  ...SET,
  value: 'NAME=SIZE',
  help: 'of an .onnx file: a size that comes with the data; 1 where it is not given',
};

/** As many as there are texts to compare them with. */
const PICTURES = 2;

/** Its page may not look beyond the folder of a document. */
const OUTSIDE = 'the weights lie outside the folder of the graph: the application asks once where they are (Locate)';

export const importCommand: Command = {
  name: 'import',
  summary:
    "A Hugging Face folder as a graph of its true architecture, with its weights; exit 1 if they are not the graph's. " +
    'An .onnx file as a graph, with its weights in a file beside it',
  operands: ['FOLDER|FILE.onnx'],
  flags: [OUT, RENAME, SIZE],
  run: async (call) => {
    const [folder] = call.operands as [string];
    const out = call.value(OUT);
    if (out === undefined) throw new UsageError('--out is missing');
    await checkWritable(out);
    const isFile = /\.onnx$/i.test(folder) && !(await isFolder(folder));
    const useless = isFile ? RENAME : SIZE;
    if (call.values(useless).length > 0)
      throw new UsageError(`--${useless.name} is of no use with ${isFile ? 'a file' : 'a folder'}`);
    if (isFile) return importOnnxFile(call, folder, out);
    const given = call.values(RENAME);
    // A wrong rule is a wrong call, whatever lies in the folder.
    renamingRules(given);
    const opened = await openFolder(folder);
    const { document, rename, ...imported } = await importFolder(opened, {
      pictures: await samplePictures(PICTURES),
      rename: given,
      tokenizerAsset: tokenizerAsset(opened, dirname(out)),
    });
    const { tree, problems } = analyse(document, NODES);
    rejectErrors(problems);
    // Last, because gigabytes take a while.
    const checkpoint = await readWeights(opened);
    const { facts, notes } = huggingFaceReport(imported.found.className, document, tree, imported.notes);
    for (const [name, value] of facts) call.print(factLine(name, value));
    const fits = await reportFit(call, tree, { ...checkpoint, rules: renamingRules(rename) });
    const path = pathFrom(dirname(out), checkpoint.file);
    for (const note of path.startsWith('../') ? [...notes, OUTSIDE] : notes) call.print(`note: ${note}`);
    if (!fits) return 1;
    const weights = { path, sha256: checkpoint.hash, ...(rename.length > 0 && { rename: [...rename] }) };
    await writeAtomically(out, [new TextEncoder().encode(formatDocument({ ...document, weights }))]);
    return 0;
  },
};
