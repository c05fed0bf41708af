/**
 * Kills an application again and again while somebody edits and saves, and looks at what is left: the file holds what was
 * saved or being saved, and what comes back is a state that there was, not older than a second nor than the file.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, type Page } from '@playwright/test';
import { formatDocument, parseDocument } from '../../graph/file.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { documentOf, module, node } from '../../graph/testing/documents.ts';
import { journalled, shownDocument } from '../support/application.ts';
import { DiskProbe } from './disk-probe.ts';
import { editAtRandom, stampOf, type Stamp } from './edit-at-random.ts';

export interface Killable {
  readonly page: Page;
  /** Ends all of its processes with SIGKILL; resolves once they are gone. */
  kill(): Promise<void>;
}

export interface Shell {
  /** Starts the application, where it was left. */
  start(): Promise<Killable>;
  /** What the file holds; asked after the start, as a shell may have it nowhere else. */
  readFile(started: Killable): Promise<string>;
  /** Opens the file from the application's first screen. */
  openFile(started: Killable): Promise<void>;
  /** Resolves when something begins to be written to the file, or to the journal; null where that cannot be seen. */
  untilWriting: ((what: 'file' | 'journal') => Promise<void>) | null;
  /** Fails if a killed write left something behind. */
  checkLeftovers(started: Killable): Promise<void>;
}

/** What one kill cost, in milliseconds. */
export interface Loss {
  /** From the first edit that did not come back to the last one that was made: a page that stands still makes none. */
  readonly missing: number;
  /** How late the machine itself was, as the page measured it, and the disk since the edit that came back. */
  readonly late: number;
}

/** The document as it was before all edits. */
const NO_EDIT: Stamp = { at: 0, late: 0 };

/** What may be missing, in milliseconds, on a machine that is never late. */
const BOUND = 1000;

/** What is edited. */
export function startText(): string {
  const nodes = ['a', 'b'].map((name) => node(name, 'random_tensor'));
  const notes = [
    { id: 'stamp', text: '', position: [0, 300] as [number, number], size: [200, 100] as [number, number] },
  ];
  return formatDocument(documentOf([module('Model', { nodes, sizes: [], notes })]));
}

/** @returns what each kill cost. */
export async function killRounds(shell: Shell, kills: number, seed: number): Promise<readonly Loss[]> {
  const disk = new DiskProbe();
  try {
    return await killInTurn(shell, kills, seed, disk);
  } finally {
    await disk.stop();
  }
}

async function killInTurn(shell: Shell, kills: number, seed: number, disk: DiskProbe): Promise<readonly Loss[]> {
  const losses: Loss[] = [];
  let next = seed;
  const random = () => (next = (Math.imul(next, 1103515245) + 12345) & 0x7fffffff) / 0x7fffffff;
  let app = await shell.start();
  await shell.openFile(app);
  let lastSaved = 0;
  for (let round = 0; round < kills; round++) {
    const where = `kill ${round} of seed ${seed}`;
    const edits: Stamp[] = [];
    await editAtRandom(app.page, seed * 1000 + round, {
      onSaved: (at) => (lastSaved = Math.max(lastSaved, at)),
      onEdited: (stamp) => edits.push(stamp),
    });
    await aMoment(shell, random);
    const killed = Date.now();
    await app.kill();
    expect(edits.length, `edits before ${where}`).toBeGreaterThan(0);

    app = await shell.start();
    const inFile = stampOf(parseDocument(await shell.readFile(app)).document)?.at ?? 0;
    expect(inFile, `the file after ${where} is not older than what was saved`).toBeGreaterThanOrEqual(lastSaved);
    await shell.checkLeftovers(app);

    // Before the first edit is a second old there is nothing that must come back: what it is missing is bounded as ever.
    const { at, late: lateUntil } = stampOf(await recover(shell, app, inFile)) ?? NO_EDIT;
    // Edits that are older than the file come with the choice of the file: the newer of the two can be had.
    expect(at, `what can be had after ${where} is not older than the file`).toBeGreaterThanOrEqual(inFile);
    // The last edits may have been made and not told.
    const lost = edits.filter((edit) => edit.at > at);
    const missing = lost.length === 0 ? 0 : lost.at(-1)!.at - lost[0]!.at;
    const late = Math.max(lateUntil, edits.at(-1)!.late, disk.worstBetween(lost[0]?.at ?? killed, killed));
    losses.push({ missing, late });
    expect(missing, `missing after ${where}, on a machine that was ${late} ms late`).toBeLessThan(BOUND + late);
  }
  await app.kill();
  return losses;
}

/** Of kills: some anywhere, some when the file or the journal begins to be written. */
async function aMoment(shell: Shell, random: () => number): Promise<void> {
  const kind = random();
  await pause(1000 + 2000 * random());
  if (!shell.untilWriting || kind < 0.4) return;
  await shell.untilWriting(kind < 0.7 ? 'file' : 'journal');
  await pause(15 * random());
}

/**
 * Brings back what the application offers, or else opens the file; where it asks which of the two, the newer one.
 * @returns the document that is shown then.
 */
async function recover(shell: Shell, app: Killable, inFile: number): Promise<PatchbayDocument> {
  const { page } = app;
  const offered = page.getByRole('region', { name: 'Unsaved edits from before' }).getByRole('listitem');
  await expect(page.getByRole('region', { name: 'Recent files' })).toBeVisible();
  const entries = await journalled(page);
  expect(entries.length).toBeLessThanOrEqual(1);
  await expect(offered).toHaveCount(entries.length);
  const editor = page.getByRole('contentinfo', { name: 'Status' });
  const [edits] = entries;
  if (!edits) await shell.openFile(app);
  else {
    const newer = (stampOf(edits)?.at ?? 0) > inFile ? 'Open the edits' : 'Open the file';
    const answer = page.getByRole('button', { name: newer });
    await offered.getByRole('button').first().click();
    await expect(editor.or(answer).first()).toBeVisible();
    if (await answer.isVisible()) await answer.click();
  }
  await expect(editor).toBeVisible();
  return JSON.parse(await shownDocument(page)) as PatchbayDocument;
}
