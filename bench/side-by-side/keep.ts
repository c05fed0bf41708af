/** Keeps results: RESULTS.md in a folder, and beside it in `results` a JSON file for each host and adapter that it tells of. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportOf } from './report.ts';
import { merged, type Results } from './results.ts';

const REPORT = 'RESULTS.md';
const DATA = 'results';

/** Writes them into the folder, over what is there of the same workloads. */
export async function keep(folder: string, latest: Results): Promise<void> {
  const data = join(folder, DATA);
  await mkdir(data, { recursive: true });
  const file = join(data, `${latest.host}-${slug(latest.adapter)}.json`);
  const former = existsSync(file) ? await readResults(file) : undefined;
  await writeFile(file, `${JSON.stringify(merged(former, latest), null, 2)}\n`);
  const files = (await readdir(data)).filter((name) => name.endsWith('.json')).toSorted();
  const all = await Promise.all(files.map((name) => readResults(join(data, name))));
  await writeFile(join(folder, REPORT), reportOf(all));
}

async function readResults(file: string): Promise<Results> {
  return JSON.parse(await readFile(file, 'utf8')) as Results;
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/\(.*$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}
