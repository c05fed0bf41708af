/** For tests: what ruff, in WebAssembly, says of Python code, and how it would format it (which is black's style). */
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';

/** Pyflakes, pycodestyle, import order, newer syntax, likely bugs, simplifications, and what ruff adds of its own. */
const RULES: readonly string[] = ['E', 'W', 'F', 'I', 'UP', 'B', 'SIM', 'C4', 'PIE', 'RET', 'RUF', 'PLE', 'A'];

/** Words of a document are in anybody's letters; and a graph that negates twice is written so, `-(-x)`. */
const IGNORED: readonly string[] = ['RUF001', 'RUF002', 'RUF003', 'B002'];

/** Import lines of the package's own files are apart from those of libraries. */
const FIRST_PARTY: readonly string[] =
  'checkpoints contrastive dataset generate model optimization pictures ranks run tensor_files texts'.split(' ');

export interface Ruff {
  /** What is wrong with the code, a line each; none where it is clean and formatted. */
  readonly complaints: (code: string) => readonly string[];
}

/** What is read of a finding. */
interface Finding {
  readonly code: string | null;
  readonly message: string;
  readonly start_location: { readonly row: number };
}

export function openRuff(): Ruff {
  const workspace = new Workspace(
    {
      'target-version': 'py39',
      'line-length': 88,
      lint: { select: RULES, ignore: IGNORED, isort: { 'known-first-party': FIRST_PARTY } },
    },
    PositionEncoding.Utf16,
  );
  return {
    complaints: (code) => {
      const findings = workspace.check(code) as readonly Finding[];
      const lines = findings.map(({ code: rule, message, start_location: { row } }) => {
        return `${rule ?? 'syntax'} ${message}: ${code.split('\n')[row - 1]}`;
      });
      // What cannot be read cannot be formatted.
      const isSound = findings.every(({ code: rule }) => rule !== null && rule !== 'invalid-syntax');
      return isSound ? [...lines, ...differences(code, workspace.format(code))] : lines;
    },
  };
}

/** The first lines that differ, as they are and as they should be. */
function differences(code: string, formatted: string): readonly string[] {
  if (code === formatted) return [];
  const [mine, theirs] = [code.split('\n'), formatted.split('\n')];
  const at = mine.findIndex((line, index) => line !== theirs[index]);
  return [`format: ${mine.slice(at, at + 4).join('\n')}\nshould be: ${theirs.slice(at, at + 4).join('\n')}`];
}
