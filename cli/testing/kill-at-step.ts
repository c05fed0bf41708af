/**
 * Kills the process at the n-th step of its work on files: `KILL_AT=N node --import …/kill-at-step.ts main.ts export …`;
 * with `KILL_BY=SIGINT` as a person does at a terminal, and the step waits for what comes of it.
 * Without a number it writes how many steps there were to the file KILL_COUNT.
 */
import { writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout } from 'node:timers/promises';

const { KILL_AT, KILL_COUNT, KILL_BY = 'SIGKILL' } = process.env;
let step = 0;

/** Before the call: the one before it is then the last that happened. */
function counted<A extends unknown[], R>(call: (...words: A) => Promise<R>): (...words: A) => Promise<R> {
  return async (...words) => {
    if (String(step++) === KILL_AT) {
      process.kill(process.pid, KILL_BY);
      await setTimeout(1000);
    }
    return call(...words);
  };
}

const { open } = files;
files.open = counted(async (...words: Parameters<typeof open>) => {
  const handle = await open(...words);
  handle.writeFile = counted(handle.writeFile.bind(handle)) as typeof handle.writeFile;
  handle.sync = counted(handle.sync.bind(handle));
  return handle;
});
files.link = counted(files.link);
files.rename = counted(files.rename);
files.rm = counted(files.rm);
files.symlink = counted(files.symlink);
syncBuiltinESMExports();

if (KILL_COUNT !== undefined) process.on('exit', () => writeFileSync(KILL_COUNT, String(step)));
