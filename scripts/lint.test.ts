/** Proves that the lint configuration holds the dependency rule: oxlint runs on a small tree with one import per case. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Importing folder, imported file, and whether the rule allows it. */
const IMPORTS: readonly (readonly [from: string, to: string, allowed: boolean])[] = [
  ['gpu', 'graph/schema.ts', false],
  ['gpu/ir', 'gpu/ops/record.ts', false],
  ['gpu/ir', 'graph/schema.ts', false],
  ['gpu/ops', 'gpu/ir/types.ts', true],
  ['gpu/ops', 'gpu/passes/fuse.ts', false],
  ['gpu/ops/math', 'gpu/wgsl/emit.ts', false],
  ['gpu/passes', 'gpu/ops/record.ts', true],
  ['gpu/passes', 'gpu/compile.ts', false],
  ['gpu/passes', 'gpu/runtime/engine.ts', false],
  ['gpu/wgsl', 'gpu/ir/types.ts', true],
  ['gpu/wgsl', 'gpu/passes/fuse.ts', false],
  ['gpu/wgsl', 'gpu/compile.ts', false],
  ['gpu/runtime', 'gpu/plan.ts', true],
  ['gpu/runtime', 'gpu/ir/builder.ts', false],
  ['gpu/runtime', 'gpu/compile.ts', false],
  ['graph', 'gpu/plan.ts', false],
  ['graph/formats', 'nodes/lower.ts', false],
  ['graph/formats', 'graph/problems.ts', true],
  ['nodes/vision', 'graph/signature.ts', true],
  ['nodes/vision', 'gpu/ir/builder.ts', true],
  ['nodes/vision', 'export/pytorch/write.ts', false],
  ['nodes', 'renderer/app.ts', false],
  ['nodes', 'import/arrange.ts', false],
  ['import/huggingface', 'nodes/registry.ts', true],
  ['import/huggingface', 'graph/schema.ts', true],
  ['import/huggingface', 'gpu/compile.ts', false],
  ['import/huggingface', 'cli/files.ts', false],
  ['export/onnx', 'import/arrange.ts', false],
  ['export/onnx', 'nodes/lower.ts', true],
  ['export/onnx', 'cli/main.ts', false],
  ['renderer/canvas', 'gpu/compile.ts', true],
  ['renderer/platform', 'electron/api.ts', true],
  ['renderer/platform', 'electron/main.ts', false],
  ['renderer/platform', 'cli/main.ts', false],
  ['electron', 'graph/schema.ts', true],
  ['electron', 'graph/file.ts', true],
  ['electron', 'graph/formats/safetensors-index.ts', true],
  ['electron', 'graph/formats/safetensors.ts', false],
  ['electron', 'graph/edits.ts', false],
  ['electron', 'export/verify/pytorch/package-plan.ts', true],
  ['electron', 'export/pytorch/target.ts', false],
  ['electron', 'nodes/registry.ts', false],
  ['electron', 'renderer/app.ts', false],
  ['cli/commands', 'gpu/compile.ts', true],
  ['cli/commands', 'import/arrange.ts', true],
  ['cli/commands', 'renderer/app.ts', false],
  ['templates', 'graph/file.ts', true],
  ['templates', 'gpu/compile.ts', false],
  ['bench', 'gpu/compile.ts', true],
  ['bench', 'cli/main.ts', false],
];

const tree = mkdtempSync(join(tmpdir(), 'patchbay-lint-'));
let reported: ReadonlyMap<string, readonly string[]>;

function write(file: string, text: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), text);
}

/** The fixture's file of one case. */
function caseFile(index: number): string {
  return `${IMPORTS[index]![0]}/case-${index}.ts`;
}

beforeAll(() => {
  copyFileSync('.oxlintrc.json', join(tree, '.oxlintrc.json'));
  IMPORTS.forEach(([from, to], index) => {
    write(to, 'export const value = 1;\n');
    write(
      caseFile(index),
      `import { value } from '${relative(from, to).replace(/^(?!\.)/, './')}';\n\nexport const other = value;\n`,
    );
  });
  write('graph/cycle-a.ts', "import { b } from './cycle-b.ts';\n\nexport const a = () => b;\n");
  write('graph/cycle-b.ts', "import { c } from './cycle-c.ts';\n\nexport const b = () => c;\n");
  write('graph/cycle-c.ts', "import { a } from './cycle-a.ts';\n\nexport const c = () => a;\n");
  write('graph/long.ts', `${'// a line\n'.repeat(400)}export const long = 1;\n`);
  write('graph/default.ts', 'const value = 1;\nexport default value;\n');
  write('graph/any.ts', 'export const value: any = 1;\n');
  const { stdout } = spawnSync(
    resolve('node_modules/.bin/oxlint'),
    ['-c', join(tree, '.oxlintrc.json'), '-f', 'json', '.'],
    { cwd: tree, encoding: 'utf8' },
  );
  reported = collect(stdout);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

/** Rules that were broken, by file. */
function collect(json: string): Map<string, string[]> {
  const { diagnostics } = JSON.parse(json) as { diagnostics: { filename: string; code: string }[] };
  const rules = new Map<string, string[]>();
  for (const { filename, code } of diagnostics) rules.set(filename, [...(rules.get(filename) ?? []), code]);
  return rules;
}

test.each(
  IMPORTS.map(([from, to, allowed], index) => ({ from, to, allowed, verb: allowed ? 'may' : 'may not', index })),
)('$from $verb import $to', ({ allowed, index }) => {
  expect(reported.get(caseFile(index)) ?? []).toEqual(allowed ? [] : ['eslint(no-restricted-imports)']);
});

test('a cycle is found in each of its files', () => {
  for (const name of ['a', 'b', 'c']) expect(reported.get(`graph/cycle-${name}.ts`)).toEqual(['import(no-cycle)']);
});

test('long files, default exports and any are found', () => {
  expect(reported.get('graph/long.ts')).toEqual(['eslint(max-lines)']);
  expect(reported.get('graph/default.ts')).toEqual(['import(no-default-export)']);
  expect(reported.get('graph/any.ts')).toEqual(['typescript(no-explicit-any)']);
});
