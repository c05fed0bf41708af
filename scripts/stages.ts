/** The stages of `npm test`, in the order in which they run: what is quick and basic first. */
import { readFileSync } from 'node:fs';
import { CHROMIUM_BROWSER, PILLOW, PYTORCH, VULKAN } from './system.ts';
import type { Requirement } from './system.ts';

/** `checked` counts files that a checker looked at, `passed` and `failed` tests. */
export type Count =
  | { readonly checked: number }
  | { readonly passed: number; readonly failed: number; readonly skipped: number };

export interface Stage {
  /** Also what the command line of the runner selects it by. */
  readonly name: string;
  /** What it shows, for the summary. */
  readonly title: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly requirements: readonly Requirement[];
  /** Runners of tests write a report; of checkers the output is read. */
  readonly report?: string;
  /** Reads the count from the report, or from the output. */
  readonly count: (text: string) => Count;
}

/** How a stage went. */
export interface StageResult {
  readonly stage: Stage;
  readonly count: Count;
  readonly seconds: number;
  /** One line; absent where all is well. */
  readonly failure?: string;
}

/** What is read of Vitest's JSON report. */
interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

/** What is read of Playwright's. */
interface PlaywrightReport {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
}

const REPORTS = 'test-results';

/** The tag of tests that take as long as all others together in a full run. */
const ENDURANCE = '@endurance';

export const STAGES: readonly Stage[] = [
  checker('types', 'TypeScript', ['tsc', '--noEmit', '--listFiles', '-p', '.'], (text) =>
    matches(text, /^(?!.*\/node_modules\/).*\.tsx?$/gm),
  ),
  checker('lint', 'oxlint: correctness, import zones, no cycles', ['oxlint', '.'], (text) =>
    firstNumber(text, /on (\d+) files/),
  ),
  checker('format', 'oxfmt', ['oxfmt', '--check', '.'], (text) => firstNumber(text, /on (\d+) files/)),
  vitest('unit', 'what needs nothing but Node', []),
  vitest('gpu', 'GPU against the float64 evaluator', VULKAN),
  vitest('oracle', 'against PyTorch', [...VULKAN, PYTORCH, PILLOW]),
  {
    name: 'build',
    title: 'what the shells open',
    command: ['npm', 'run', '-s', 'build'],
    requirements: [],
    count: () => ({ checked: 0 }),
  },
  playwright('e2e', 'the built application in Chromium and in the desktop shell', ['--grep-invert', ENDURANCE]),
  playwright('endure', 'edits undone and redone, kills and deaths, by the hundred', ['--grep', ENDURANCE]),
];

/** @throws {Error} where the report is missing: its runner did not get as far as its tests. */
export function readCount(stage: Stage, output: string): Count {
  return stage.count(stage.report === undefined ? output : readFileSync(stage.report, 'utf8'));
}

function checker(name: string, title: string, command: readonly string[], checked: (text: string) => number): Stage {
  return { name, title, command, requirements: [], count: (text) => ({ checked: checked(text) }) };
}

function vitest(project: string, title: string, requirements: readonly Requirement[]): Stage {
  const report = `${REPORTS}/${project}.json`;
  return {
    name: project,
    title,
    command: [
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    requirements,
    report,
    count: (text) => {
      const result = JSON.parse(text) as VitestReport;
      // A file that fails before its first test counts as one.
      const failed = result.numFailedTests || (result.success ? 0 : 1);
      return { passed: result.numPassedTests, failed, skipped: result.numPendingTests + result.numTodoTests };
    },
  };
}

function playwright(name: string, title: string, which: readonly string[]): Stage {
  const report = `${REPORTS}/${name}.json`;
  return {
    name,
    title,
    command: ['playwright', 'test', '--reporter=list,json', ...which],
    environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    requirements: [CHROMIUM_BROWSER],
    report,
    count: (text) => {
      const { stats } = JSON.parse(text) as PlaywrightReport;
      // A test that passes only when tried again is a failure to be looked at.
      return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
    },
  };
}

function matches(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function firstNumber(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}
