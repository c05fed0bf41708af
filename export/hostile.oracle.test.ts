/** Names and words that somebody chose to do harm: no target lets them become code, or files outside its folder. */
import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDocument, parseDocument } from '../graph/file.ts';
import type { GraphModule, PatchbayDocument } from '../graph/schema.ts';
import type { Tensors } from '../nodes/testing/graphs.ts';
import { FULL } from '../scripts/effort.ts';
import { findPython } from '../scripts/oracle/python.ts';
import { ONNX } from './onnx/target.ts';
import { PYTORCH } from './pytorch/target.ts';
import type { ExportedFile, ExportSource } from './target.ts';
import { arbitraryGraph } from './testing/arbitrary-graphs.ts';
import { exportSourceOf, readFileOf, textOf } from './testing/source.ts';
import { WEB } from './web/target.ts';

/** Keywords, builtins, names that a file, nn.Module or the other scripts need, reserved names of Windows, case, length. */
const IDENTIFIERS = (
  'class lambda None True False match case type async __import__ self cls torch F nn Tensor typing Any dataclass config ' +
  'forward train eval exec compile open print super range copy annotations Main main MAIN MainConfig Block block BLOCK ' +
  'CON con NUL aux PRN COM1 LPT1 x input output __x __init__ __class__ __dict__ _ __ 0 7 layer load_model INPUTS FOLDER ' +
  'constructor __proto__ toString hasOwnProperty'
)
  .split(' ')
  .concat('a'.repeat(10_000));

/** What no document may call a node; some of it may stand in words. */
const MARK = 'pwned';
const ATTACKS: readonly string[] = [
  `__import__('os').system('${MARK}')`,
  `"""\n${MARK}()\n"""`,
  `\\"""; ${MARK}() #`,
  `'''\n${MARK}()\n'''`,
  `\n${MARK}()\n`,
  `\r\n    ${MARK}()`,
  `\`${MARK}\``,
  `</script><script>${MARK}()</script>`,
  `*/ ${MARK}(); /*`,
  `{${MARK}()}`,
  '../../../etc/passwd',
  '..',
  'a/b',
  'a\\b',
  'C:\\x',
  '🧨',
  '\u202e"\u0000\ud800\\',
  '\u2028\u2029\u0085\u000c',
  '"'.repeat(50),
  '\\'.repeat(51),
  'é'.repeat(10_000),
];

const WORDS = fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ unit: 'binary' }));
const NAMES = fc.constantFrom(...IDENTIFIERS);

/** A plain name of a file, which is one everywhere. */
const PLAIN = /^(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/i;

test('code that should not be there is found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-hostile-'));
  const listing = join(folder, 'files.jsonl');
  const wanted = {
    "__import__('os')": /calls __import__/,
    'import os': /imports os/,
    'eval("1")': /calls eval/,
    'x = (lambda: 1)': /Lambda/,
    'x.__class__': /reads __class__/,
    'x = """': /cannot be parsed/,
  };
  for (const code of Object.keys(wanted))
    appendFileSync(listing, `${JSON.stringify({ files: { 'model.py': code } })}\n`);
  const found = (await inspect(listing)).split('\n');
  rmSync(folder, { recursive: true, force: true });
  for (const [index, message] of Object.values(wanted).entries())
    expect(found.filter((line) => line.startsWith(`${index}: `)).join('\n')).toMatch(message);
});

test('is neither code nor a path', { timeout: 1_800_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-hostile-'));
  const listing = join(folder, 'files.jsonl');
  const count = { written: 0, refused: 0 };
  try {
    await fc.assert(
      fc.asyncProperty(
        arbitraryGraph(NAMES),
        WORDS,
        WORDS,
        fc.nat(9),
        async ({ document, inputs }, help, name, turn) => {
          const worded = withWords(document, help);
          // One in ten has a name that documents may not have: it is refused before there is a target.
          const source = sourceOf(turn === 0 ? withName(worded, name) : worded, inputs);
          if (!source) {
            count.refused++;
            return;
          }
          const written = await writtenBy({ ...source, name });
          if (written) appendFileSync(listing, `${JSON.stringify({ files: written })}\n`);
          count[written ? 'written' : 'refused']++;
        },
      ),
      { numRuns: FULL ? 2000 : 100, seed: 13, endOnFailure: true },
    );
    expect(count.written).toBeGreaterThan(count.refused);
    expect(await inspect(listing)).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** What Python's own parser finds in the code, a line each; nothing is run. */
async function inspect(listing: string): Promise<string> {
  const script = join(import.meta.dirname, 'testing', 'inspect_code.py');
  return (await promisify(execFile)(findPython()!, [script, listing], { maxBuffer: 2 ** 28 })).stdout;
}

/** Every target writes, to plain files; the text of the Python ones, or null where some name is refused by PyTorch. */
async function writtenBy(source: ExportSource): Promise<Readonly<Record<string, string>> | null> {
  for (const { path, text } of await pageOf(source)) {
    expect(text, path).not.toContain(MARK);
  }
  for (const { path } of await filesOf(ONNX, source)) expect(path).toMatch(PLAIN);
  if (PYTORCH.problems(source).some(({ severity }) => severity === 'error')) return null;
  const files = await filesOf(PYTORCH, source);
  for (const { path } of files) expect(path).toMatch(PLAIN);
  const code = ['model.py', 'run.py', 'generate.py', 'test_model.py'];
  const texts = files.filter(({ path }) => code.includes(path)).map(async (file) => [file.path, await textOf(file)]);
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
}

async function filesOf(target: typeof ONNX, source: ExportSource): Promise<readonly ExportedFile[]> {
  const errors = target.problems(source).filter(({ severity }) => severity === 'error');
  expect(errors).toEqual([]);
  return target.files(source);
}

/** What of a page is code. The model is data, and comes back as what it was. */
async function pageOf(source: ExportSource): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const files = await filesOf(WEB, source);
  for (const { path } of files) for (const part of path.split('/')) expect(part).toMatch(PLAIN);
  const { name } = JSON.parse(
    new TextDecoder().decode(await readFileOf(files.find(({ path }) => path === 'model.json')!)),
  ) as { readonly name: string };
  expect(name).toBe(source.name);
  const shaders = files.filter(({ path }) => path.endsWith('.wgsl'));
  return Promise.all(shaders.map(async (file) => ({ path: file.path, text: await textOf(file) })));
}

function sourceOf(document: PatchbayDocument, inputs: Tensors): ExportSource | null {
  try {
    // As it comes from a file: names that no document may have end here.
    return exportSourceOf(parseDocument(formatDocument(document)).document, { inputs });
  } catch {
    return null;
  }
}

function withWords(document: PatchbayDocument, help: string): PatchbayDocument {
  return { ...document, modules: document.modules.map((module): GraphModule => ({ ...module, help })) };
}

/** The first node that computes, under another name. */
function withName(document: PatchbayDocument, name: string): PatchbayDocument {
  const [main, ...others] = document.modules as [GraphModule, ...GraphModule[]];
  const at = main.nodes.findIndex(({ id }) => id.startsWith('n'));
  const nodes = main.nodes.map((node, index) => (index === at ? { ...node, name } : node));
  return { ...document, modules: [{ ...main, nodes }, ...others] };
}
