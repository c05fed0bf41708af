/**
 * An exported package with a tokenizer.json of the user's own: its text gives the ids that the command line gives. Such a
 * file is read by the library `tokenizers`; where the machine lacks it, a stand-in reads as much as this file has.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import type { PatchbayDocument } from '../graph/schema.ts';
import { findPython } from '../scripts/oracle/python.ts';
import { exportCommand } from './commands/export.ts';
import { run } from './commands/run.ts';
import { document, node, wire } from './testing/documents.ts';
import { call, testFolder } from './testing/in-process.ts';
import { readResults } from './testing/results.ts';

const { fresh, file, folder, remove } = testFolder();
afterAll(remove);

/** Lower-cased words by a table, with a token of its own in front. */
const TOKENIZER = JSON.stringify({
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [
    { id: 1, content: '[CLS]', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
  ],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { '[CLS]': { id: '[CLS]', ids: [1], tokens: ['[CLS]'] } },
  },
  decoder: null,
  model: { type: 'WordLevel', unk_token: '[UNK]', vocab: { '[UNK]': 0, '[CLS]': 1, a: 2, red: 3, circle: 4 } },
});

const STAND_IN = `\
import json
from types import SimpleNamespace


class Tokenizer:
    @staticmethod
    def from_file(path):
        assert isinstance(path, str)
        tokenizer = Tokenizer()
        tokenizer.vocab = json.loads(open(path, encoding="utf-8").read())["model"]["vocab"]
        return tokenizer

    def encode(self, text):
        words = text.lower().split()
        return SimpleNamespace(ids=[1] + [self.vocab.get(word, 0) for word in words])
`;

/** The library of the machine goes before the stand-in. */
const RUN =
  'import runpy, sys; sys.path.append(sys.argv[1]); sys.argv = sys.argv[2:]; sys.path.insert(0, "."); runpy.run_path(sys.argv[0], run_name="__main__")';

function graphWith(asset: { readonly data?: string; readonly path?: string }): PatchbayDocument {
  const params = {
    text: 'a red circle',
    tokenizer: 'file',
    tokenizer_file: 'mine',
    batch: 'batch',
    length: 6,
    vocab_size: 5,
    pad_token_id: 0,
  };
  const made = document([node('ids', 'token_input', params), node('y', 'output')], [wire('ids.ids', 'y.input')]);
  const sha256 = createHash('sha256').update(TOKENIZER).digest('hex');
  return { ...made, assets: [{ id: 'mine', name: 'tokenizer.json', mime: 'application/json', sha256, ...asset }] };
}

async function packageOf(graph: string, ...flags: string[]): Promise<string> {
  const out = fresh();
  await call(exportCommand, graph, '--to', 'pytorch', '--out', out, ...flags);
  return out;
}

async function runIn(packaged: string, modules: string, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(findPython()!, ['-c', RUN, modules, 'run.py', ...words], {
    cwd: packaged,
  });
  return stdout;
}

function standIn(): string {
  const modules = fresh();
  mkdirSync(modules);
  writeFileSync(join(modules, 'tokenizers.py'), STAND_IN);
  return modules;
}

test.each(['in the document', 'beside the document'])('a tokenizer.json %s', async (where) => {
  const inside = where === 'in the document';
  writeFileSync(join(folder, 'tokenizer.json'), TOKENIZER);
  const graph = file(graphWith(inside ? { data: btoa(TOKENIZER) } : { path: 'tokenizer.json' }));
  const text = `${fresh()}.txt`;
  writeFileSync(text, 'A red\nred CIRCLE a\n');
  const [wanted, got] = [`${fresh()}.safetensors`, `${fresh()}.safetensors`];
  await call(run, graph, '--device', 'reference', '--out', wanted, '--set', 'batch=2', '--input', `ids=${text}`);
  const packaged = await packageOf(graph, '--set', 'batch=2');
  expect(readdirSync(packaged).includes('tokenizer.json')).toBe(inside);
  // Who has the file puts it there.
  if (!inside) writeFileSync(join(packaged, 'tokenizer.json'), TOKENIZER);
  await runIn(packaged, standIn(), '--input', `ids=${text}`, '--out', got);
  const [{ tensors: mine }, { tensors: theirs }] = [await readResults(wanted), await readResults(got)];
  expect(Array.from(mine.get('y')!.data)).toEqual([1, 2, 3, 0, 0, 0, 1, 3, 4, 2, 0, 0]);
  expect(theirs.get('y')!.data).toEqual(mine.get('y')!.data);
});

test('a file that is missing is asked for by its name', async () => {
  const graph = file(graphWith({ data: btoa(TOKENIZER) }));
  const packaged = await packageOf(graph);
  rmSync(join(packaged, 'tokenizer.json'));
  const text = `${fresh()}.txt`;
  writeFileSync(text, 'a red\n');
  await expect(runIn(packaged, standIn(), '--input', `ids=${text}`)).rejects.toThrow(
    /tokenizer\.json is missing: put the model's own there/,
  );
});

test('without the library one line says how to get it', async () => {
  const packaged = await packageOf(file(graphWith({ data: btoa(TOKENIZER) })));
  const text = `${fresh()}.txt`;
  writeFileSync(text, 'a red\n');
  // In front of everything: a module of that name that is none.
  writeFileSync(join(packaged, 'tokenizers.py'), 'raise ImportError("not installed")\n');
  await expect(runIn(packaged, standIn(), '--input', `ids=${text}`)).rejects.toThrow(
    /tokenizers reads this text: pip install tokenizers/,
  );
});
