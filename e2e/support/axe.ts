/** axe-core in the page: what it finds wrong, and what it could not decide. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

/** One element that a rule has something to say about. */
export interface Finding {
  readonly rule: string;
  /** A CSS selector, as axe writes it. */
  readonly target: string;
  readonly html: string;
  /** Why axe could not decide, or what is wrong, as its checks key it (`bgOverlap`) or say it. */
  readonly why: string;
}

export interface Scan {
  readonly violations: readonly Finding[];
  readonly incomplete: readonly Finding[];
}

/** Of axe-core, what is called here. */
interface Axe {
  run(context: Document, options: object): Promise<Record<'violations' | 'incomplete', readonly Result[]>>;
}

interface Check {
  readonly message: string;
  readonly data?: { readonly messageKey?: string } | null;
}

interface Result {
  readonly id: string;
  readonly nodes: readonly {
    readonly html: string;
    readonly target: readonly unknown[];
    readonly any: readonly Check[];
    readonly all: readonly Check[];
    readonly none: readonly Check[];
  }[];
}

/** WCAG 2.2 at A and AA, and what axe-core takes for good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Scans the whole page as it is now. */
export async function scan(page: Page): Promise<Scan> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(`${source};0`);
  return page.evaluate(async (tags) => {
    const { axe } = window as unknown as { axe: Axe };
    const found = await axe.run(document, { runOnly: tags, resultTypes: ['violations', 'incomplete'] });
    const findings = (results: readonly Result[]) =>
      results.flatMap(({ id, nodes }) =>
        nodes.map(({ html, target, any, all, none }) => ({
          rule: id,
          target: target.join(' '),
          html,
          why: [...any, ...all, ...none].map(({ data, message }) => data?.messageKey ?? message).join('; '),
        })),
      );
    return { violations: findings(found.violations), incomplete: findings(found.incomplete) };
  }, TAGS);
}
