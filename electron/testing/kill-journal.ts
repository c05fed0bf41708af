/**
 * A program that keeps a journal as the application does and kills itself before or after the n-th call to the file
 * system: `kill-journal.ts FOLDER before|after N`. It says a line after each change that is done.
 */
import { writeSync } from 'node:fs';
import { JournalFolder } from '../journal.ts';
import { changesOf, make } from './journal-changes.ts';
import { watchedFileSystem } from './watched-file-system.ts';

const [folder = '', when = '', killAt = ''] = process.argv.slice(2);
const disk = watchedFileSystem({
  [when]: (call: number) => {
    if (call === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  },
  // Some bytes at a time, so that kills fall between the writes of one change.
  writeLimit: 40,
});
const journal = new JournalFolder(folder, undefined, disk);
const open = new Set<string>();
for (const change of changesOf()) {
  await make(journal, change, open);
  // Not through a stream, which a kill would empty.
  writeSync(1, 'done\n');
}
