/** Every node of the library as an ONNX file, and back: what comes back computes what ONNX Runtime makes of the file. */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { exportOnnx } from '../export/onnx/target.ts';
import { exportSourceOf, readFileOf } from '../export/testing/source.ts';
import { caseDocument, NODE_CASES } from '../nodes/testing/cases.ts';
import { exampleInputs } from './testing/example-inputs.ts';
import { testFolder } from './testing/in-process.ts';
import { compareImport } from './testing/onnx-import.ts';

const files = testFolder();
afterAll(files.remove);

const cases = NODE_CASES.map((nodeCase, index) => [index, nodeCase.type, nodeCase.params, nodeCase] as const);

test.each(cases)('%i %s %j', async (_, __, ___, nodeCase) => {
  const source = exportSourceOf(caseDocument(nodeCase), { inputs: nodeCase.inputs });
  const model = `${files.fresh()}.onnx`;
  writeFileSync(model, await readFileOf(exportOnnx(source).files[0]!));
  const { distances, lines } = await compareImport(files, model, await exampleInputs(source));
  expect(lines.join('\n')).not.toContain('placeholder');
  for (const [output, distance] of Object.entries(distances)) expect(distance, output).toBeLessThan(5e-6);
});
