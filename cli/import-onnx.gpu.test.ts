/** An imported ONNX file on a WebGPU adapter: the numbers of ONNX Runtime. */
import { afterAll, expect, test } from 'vitest';
import { exportSourceOf } from '../export/testing/source.ts';
import { TEMPLATES } from '../templates/registry.ts';
import { exampleInputs } from './testing/example-inputs.ts';
import { testFolder } from './testing/in-process.ts';
import { compareImport } from './testing/onnx-import.ts';

const files = testFolder();
afterAll(files.remove);

const chosen = TEMPLATES.filter(({ name }) => name === 'clip' || name === 'vlm');

test.each(chosen)('$name', { timeout: 600_000 }, async ({ name, load }) => {
  const document = await load();
  const [preset] = document.presets;
  const model = await files.exported(`template:${name}`, '--preset', preset!.name);
  const inputs = await exampleInputs(exportSourceOf(document, { values: preset!.values }));
  const { distances } = await compareImport(files, model, inputs, 'gpu');
  for (const [output, distance] of Object.entries(distances)) expect(distance, output).toBeLessThan(5e-6);
});
