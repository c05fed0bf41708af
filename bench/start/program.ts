/**
 * The whole program: from the start of its process, with a new profile and a document on the command line, to a node of
 * that document that is selected; beside the same main process with the empty page for its window. In Electron where
 * PATCHBAY_ELECTRON names one, else in the stand-in of the tests, which is Node and Chromium.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchDesktop } from '../../e2e/stand-in/launch.ts';
import { inTurn, type Pages, type Row, type Times } from './bench.ts';
import { CANVAS, EMPTY, following, NODE, USABLE, type Step } from './steps.ts';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'templates/attention.patchbay');

export async function program({ appFolder, emptyFolder, rounds }: Pages): Promise<readonly Row[]> {
  const app = await programWith(appFolder, CANVAS);
  const empty = await programWith(emptyFolder, EMPTY);
  try {
    const times = await inTurn(rounds, { app: () => start(app), empty: () => start(empty) });
    const row = (what: string, mark: string): Row => ({
      what: `program: ${what}`,
      app: times.app.map((time) => time[mark]!),
      empty: times.empty.map((time) => time[USABLE]!),
    });
    return [row('canvas, a node can be clicked', NODE), row('canvas, the node is selected', USABLE)];
  } finally {
    for (const folder of [app, empty]) await rm(folder, { recursive: true });
  }
}

/** The built main process and preload with a page that follows its own steps; the policy takes no inline script. */
async function programWith(page: string, steps: readonly Step[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-program-'));
  await cp(join(ROOT, 'dist/electron'), join(folder, 'dist/electron'), { recursive: true });
  await cp(page, join(folder, 'dist/renderer'), { recursive: true });
  await writeFile(join(folder, 'dist/renderer/follow.js'), following(steps));
  const index = join(folder, 'dist/renderer/index.html');
  const html = await readFile(index, 'utf8');
  await writeFile(index, html.replace('<title>', '<script src="./follow.js"></script><title>'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'patchbay', main: 'dist/electron/main.cjs' }));
  return folder;
}

async function start(app: string): Promise<Times> {
  const profile = await mkdtemp(join(tmpdir(), 'patchbay-profile-'));
  const begin = Date.now();
  const { electron, page } = await launchDesktop(app, profile, [DOCUMENT]);
  await page.waitForFunction((mark) => performance.getEntriesByName(mark).length > 0, USABLE);
  const marks = await page.evaluate(() =>
    performance
      .getEntriesByType('mark')
      .map(({ name, startTime }) => [name, performance.timeOrigin + startTime] as const),
  );
  await electron.close();
  await rm(profile, { recursive: true, force: true });
  return Object.fromEntries(marks.map(([name, at]) => [name, at - begin]));
}
