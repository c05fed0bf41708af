/**
 * A program that saves as the application does and kills itself before or after the n-th call to the file system:
 * `kill-at-step.ts save|export FOLDER TEXT before|after N`, where the file is FOLDER/vit.patchbay.
 */
import { join } from 'node:path';
import { Exports } from '../exports.ts';
import { DocumentFiles } from '../files.ts';
import { FileHandles } from '../handles.ts';
import { RecentFiles } from '../recent-files.ts';
import { UnfinishedWrites } from '../unfinished-writes.ts';
import { watchedFileSystem } from './watched-file-system.ts';

const [kind = '', folder = '', text = '', when = '', killAt = ''] = process.argv.slice(2);
const path = join(folder, 'vit.patchbay');
const killOnce = (call: number) => {
  if (call === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};

const disk = watchedFileSystem({
  [when]: killOnce,
  // Three bytes at a time, so that kills fall between the writes of one file.
  writeLimit: 3,
});
const recorded = new UnfinishedWrites(join(folder, 'user-data/unfinished'), disk).recorded();
const bytes = new TextEncoder().encode(text);
if (kind === 'save') {
  const questions = {
    whatToOpen: () => Promise.resolve([]),
    whereToSave: () => Promise.resolve(path),
    overwriteChanged: () => Promise.resolve(true),
  };
  const recent = await RecentFiles.load(join(folder, 'user-data/recent-files.json'));
  await new DocumentFiles(questions, new FileHandles(), recent, recorded).saveDialog('vit.patchbay', bytes);
} else {
  const questions = { whereToExport: () => Promise.resolve(path), overwriteExport: () => Promise.resolve(true) };
  const exports = new Exports(questions, recorded);
  const writing = (await exports.pick('vit.patchbay'))!;
  await exports.write(writing, bytes.subarray(0, 4), false);
  await exports.write(writing, bytes.subarray(4), true);
}
process.stdout.write('saved');
