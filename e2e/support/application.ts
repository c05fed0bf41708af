/** The application behind a page: what no screen tells to the letter. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JSHandle, Page } from '@playwright/test';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { App } from '../../renderer/app-context.ts';
import { replay } from '../../renderer/session/journal-log.ts';

/** The document that is shown, as plain JSON. */
export async function shownDocument(page: Page): Promise<string> {
  return await (await appOf(page)).evaluate(documentOf);
}

/** As `shownDocument` has it. Runs in the page. */
export function documentOf(app: App): string {
  return JSON.stringify(app.document.getState().document);
}

/** The documents that the journal has to offer. */
export async function journalled(page: Page): Promise<readonly PatchbayDocument[]> {
  const app = await appOf(page);
  const logs = await app.evaluate(async (app) =>
    (await app.platform.journal.read()).map(({ bytes }) => new TextDecoder().decode(bytes)),
  );
  return logs.map((log) => JSON.parse(replay(new TextEncoder().encode(log))) as PatchbayDocument);
}

/** Names of the journal's entries on the disk of the desktop: what is being written has another name until it is whole. */
export async function journalFiles(userData: string): Promise<readonly string[]> {
  const names = await readdir(join(userData, 'journal')).catch(() => []);
  return names.filter((name) => name.endsWith('.journal'));
}

/**
 * Counts the answers to the desktop's question about the edits of one document, from now on, as they come to the page:
 * until then the question stands there, and who would close the window is not asked anew.
 */
export async function countUnsavedAnswers(page: Page): Promise<() => Promise<number>> {
  const counted = await (
    await appOf(page)
  ).evaluateHandle(({ platform }) => {
    const state = { answers: 0 };
    const ask = platform.confirmUnsaved!;
    const counting = async (name: string) => {
      const answer = await ask(name);
      state.answers++;
      return answer;
    };
    Object.assign(platform, { confirmUnsaved: counting });
    return state;
  });
  return () => counted.evaluate(({ answers }) => answers);
}

/** The application, where React keeps it: it has no other way in for strangers. */
export async function appOf(page: Page): Promise<JSHandle<App>> {
  return await page.evaluateHandle(findApp);
}

/** Runs in the page. */
export function findApp(): App {
  const root = document.getElementById('root') as unknown as Record<string, { stateNode: { current: Fiber } }>;
  const key = Object.keys(root).find((name) => name.startsWith('__reactContainer$'))!;
  let fiber: Fiber | null = root[key]!.stateNode.current;
  while (fiber && !fiber.memoizedProps?.app) fiber = fiber.child;
  return fiber!.memoizedProps!.app!;
}

/** The little that is needed of React's tree. */
interface Fiber {
  readonly child: Fiber | null;
  readonly memoizedProps: { readonly app?: App } | null;
}
