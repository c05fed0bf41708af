/** axe-core in the page: what it finds wrong, and what it could not decide, less what is explained. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { EXPLAINED } from '../axe-explained.ts';
import { measureContrast } from './contrast.ts';

/** One element that a rule has something to say about. */
export interface Finding {
  readonly rule: string;
  readonly kind: 'violation' | 'incomplete';
  /** A CSS selector, as axe writes it. */
  readonly target: string;
  readonly html: string;
  /** What is wrong, or why axe could not decide, as its checks key it (`bgOverlap`) or say it. */
  readonly why: string;
}

export interface Scan {
  /** What nothing explains. */
  readonly open: readonly Finding[];
  /** Which explanations were needed, as indices of the list. */
  readonly used: ReadonlySet<number>;
  /** How many texts were measured because axe could not see what lies behind them. */
  readonly measured: number;
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
    readonly element: Element;
    readonly any: readonly Check[];
    readonly all: readonly Check[];
    readonly none: readonly Check[];
  }[];
}

/** WCAG 2.2 at A and AA, and what axe-core takes for good practice. */
const OPTIONS = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations', 'incomplete'],
  elementRef: true,
  // A menu comes over the page as a dialog does, which axe knows to stand outside of the landmarks.
  checks: { region: { options: { regionMatcher: 'dialog, [role=dialog], [role=alertdialog], [role=menu], svg' } } },
};

/** Scans the whole page as it is now; texts whose contrast axe cannot tell are measured. */
export async function scan(page: Page): Promise<Scan> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(`${source};0`);
  const findings = await page.evaluate(
    async ({ options, explained }) => {
      const { axe } = window as unknown as { axe: Axe };
      const found = await axe.run(document, options);
      const texts: Element[] = [];
      Object.assign(window, { unmeasured: texts });
      return (['violations', 'incomplete'] as const).flatMap((kind) =>
        found[kind].flatMap(({ id: rule, nodes }) =>
          nodes.map(({ html, target, element, any, all, none }) => {
            const explanation = explained.findIndex((one) => one.rule === rule && element.closest(one.within));
            // In the order of the findings, as they are measured below.
            if (rule === 'color-contrast' && kind === 'incomplete' && explanation < 0) texts.push(element);
            return {
              rule,
              kind: kind === 'violations' ? ('violation' as const) : kind,
              target: target.join(' '),
              html: html.slice(0, 300),
              why: [...any, ...all, ...none].map(({ data, message }) => data?.messageKey ?? message).join('; '),
              explanation,
            };
          }),
        ),
      );
    },
    { options: OPTIONS, explained: EXPLAINED.map(({ rule, within }) => ({ rule, within })) },
  );
  const used = new Set(findings.map(({ explanation }) => explanation).filter((index) => index >= 0));
  const unexplained = findings.filter(({ explanation }) => explanation < 0);
  const texts = unexplained.filter(({ rule, kind }) => rule === 'color-contrast' && kind === 'incomplete');
  const faults = await measure(page, texts.length);
  const measured = texts.flatMap((finding, index) => (faults[index] ? [{ ...finding, why: faults[index] }] : []));
  const rest = unexplained.filter((finding) => !texts.includes(finding));
  return { open: [...rest, ...measured], used, measured: texts.length };
}

/** What is wrong with the contrast of each text that axe could not tell; null where nothing is. */
async function measure(page: Page, count: number): Promise<readonly (string | null)[]> {
  return count === 0 ? [] : measureContrast(page);
}
