/** `patchbay import FILE.onnx`: models that Patchbay itself exports come back, and compute what ONNX Runtime makes of the file. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { parseDocument } from '../graph/file.ts';
import { exportSourceOf } from '../export/testing/source.ts';
import { FULL } from '../scripts/effort.ts';
import { TEMPLATES } from '../templates/registry.ts';
import { SMALL, tensorsOf } from '../import/huggingface/testing/small-models.ts';
import { importing } from './testing/importing.ts';
import { testFolder } from './testing/in-process.ts';
import { compareImport, stacksOf } from './testing/onnx-import.ts';
import { exampleInputs } from './testing/example-inputs.ts';

const files = testFolder();
afterAll(files.remove);

const templates = TEMPLATES.filter(({ name }) => name !== 'blank');

/** Stacks that are found again, with their layers; a template's blocks are repeated twice or more in its smallest preset. */
const STACKS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  vit: { blocks: 4 },
  clip: { vision_encoder_blocks: 2 },
  siglip: { model_vision_encoder_blocks: 2 },
  zero_shot: { model_vision_encoder_blocks: 2 },
  retrieval: { model_vision_encoder_blocks: 2 },
  projector: { vision_encoder_blocks: 2 },
  vlm: { vision_encoder_blocks: 2, decoder_layers: 2 },
};

describe('templates', () => {
  test.each(templates)('$name', { timeout: 1_800_000 }, async ({ name, load }) => {
    const document = await load();
    const [smallest, ...others] = document.presets.map((preset) => ['--preset', preset.name]);
    for (const [index, flags] of [smallest ?? [], ...(FULL ? others : [])].entries()) {
      const model = await files.exported(`template:${name}`, ...flags);
      const inputs = await exampleInputs(exportSourceOf(document, { values: document.presets[index]?.values ?? {} }));
      const { distances, document: graph, lines } = await compareImport(files, model, inputs);
      for (const [output, distance] of Object.entries(distances)) expect(distance, output).toBeLessThan(5e-6);
      if (index === 0) expect(stacksOf(graph)).toEqual(STACKS[name] ?? {});
      expect(lines.join()).not.toContain('placeholder');
    }
  });
});

describe('models of Hugging Face that were imported and exported', () => {
  const { folderOf, imported } = importing(files);
  const { vit, clip, siglip } = SMALL;

  test.each([
    ['vit', vit, 'layer'],
    ['clip', clip, 'layers'],
    ['siglip', siglip, 'layers'],
  ])('%s', async (_, { config, shapes }, layers) => {
    const { graph } = await imported(folderOf({ config, tensors: tensorsOf(shapes) }));
    const model = await files.exported(graph);
    const inputs = await exampleInputs(exportSourceOf(parseDocument(readFileSync(graph)).document));
    const { distances, document, lines } = await compareImport(files, model, inputs);
    for (const [output, distance] of Object.entries(distances)) expect(distance, output).toBeLessThan(5e-6);
    expect(lines.join()).not.toContain('placeholder');
    const stacks = Object.keys(stacksOf(document));
    expect(stacks.length).toBeGreaterThan(0);
    for (const stack of stacks) expect(stack).toMatch(new RegExp(`${layers}$`));
  });
});
