/** `patchbay import FILE.onnx`: every template's PyTorch export, written by torch.onnx.export, comes back as a graph. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PYTORCH } from '../export/pytorch/target.ts';
import { exportSourceOf, readFileOf } from '../export/testing/source.ts';
import type { ExportSource } from '../export/target.ts';
import { FULL } from '../scripts/effort.ts';
import { findPython } from '../scripts/oracle/python.ts';
import { TEMPLATES } from '../templates/registry.ts';
import { exampleInputs } from './testing/example-inputs.ts';
import { testFolder } from './testing/in-process.ts';
import { compareImport, stacksOf } from './testing/onnx-import.ts';

const SCRIPT = join(import.meta.dirname, '../scripts/oracle/to_onnx.py');
/** As `to_onnx.py` has them: all templates in one, and in a full run some in older and newer ones, and with an open batch. */
const FORM = '14';
const MORE_FORMS: Readonly<Record<string, readonly string[]>> = {
  vit: ['9', '11', '13', '16', '14+batch'],
  clip: ['12', '16', '14+batch'],
  vlm: ['16'],
};
const cases = TEMPLATES.filter(({ name }) => name !== 'blank').flatMap(({ name, load }) =>
  [FORM, ...(FULL ? (MORE_FORMS[name] ?? []) : [])].map((form) => ({ name, form, load })),
);

/** The decoder of `vlm` reads in its first layer what it remembers in all, and PyTorch writes what both share once. */
const STACKS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  vit: { blocks: 4 },
  clip: { vision_encoder_blocks: 2 },
  siglip: { vision_encoder_blocks: 2 },
  zero_shot: { vision_encoder_blocks: 2 },
  retrieval: { vision_encoder_blocks: 2 },
  projector: { vision_encoder_blocks: 2 },
  vlm: { vision_encoder_blocks: 2 },
};

const files = testFolder();
afterAll(files.remove);

interface Written {
  readonly source: ExportSource;
  readonly model: string;
}

/** By template and form. */
const written = new Map<string, Written>();

/** All in one process: it is PyTorch's start that takes long. */
beforeAll(async () => {
  const python = findPython();
  if (python === undefined)
    throw new Error(
      'PyTorch is missing: apt-get install python3-torch python3-numpy libopenblas0, or set PATCHBAY_PYTHON',
    );
  const orders: string[] = [];
  for (const { name, form, load } of cases) {
    const document = await load();
    const source = exportSourceOf(document, { values: document.presets[0]?.values ?? {} });
    const folder = files.fresh();
    mkdirSync(folder);
    for (const file of await PYTORCH.files(source)) {
      mkdirSync(join(folder, file.path, '..'), { recursive: true });
      writeFileSync(join(folder, file.path), await readFileOf(file));
    }
    const model = `${files.fresh()}.onnx`;
    written.set(`${name} ${form}`, { source, model });
    orders.push(folder, model, form);
  }
  await promisify(execFile)(python, [SCRIPT, ...orders], { maxBuffer: 1 << 26 });
}, 1_800_000);

test.each(cases)('$name, operator set $form', { timeout: 600_000 }, async ({ name, form }) => {
  const { source, model } = written.get(`${name} ${form}`)!;
  const { document, distances } = await compareImport(files, model, await exampleInputs(source));
  // The module that lists the outputs is a scope around all that has one.
  const stacks = Object.entries(stacksOf(document)).map(([stack, layers]) => [stack.replace(/^(model_)+/, ''), layers]);
  expect(Object.fromEntries(stacks)).toEqual(STACKS[name] ?? {});
  for (const [output, distance] of Object.entries(distances)) expect(distance, output).toBeLessThan(5e-6);
});
