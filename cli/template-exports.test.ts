/** Every template as an ONNX model computes what the graph does, value by value, in ONNX Runtime. */
import { expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { TEMPLATES } from '../templates/registry.ts';
import { verify } from './commands/verify.ts';
import { call } from './testing/in-process.ts';

test.each(TEMPLATES.filter(({ name }) => name !== 'blank'))('$name', { timeout: 1_800_000 }, async ({ name, load }) => {
  const { presets } = await load();
  // The first is the smallest; the attention layer alone has none.
  const flags = presets.slice(0, FULL ? undefined : 1).map((preset) => ['--preset', preset.name]);
  for (const more of flags.length > 0 ? flags : [[]]) {
    const { code, lines } = await call(
      verify,
      `template:${name}`,
      '--against',
      'onnx',
      '--device',
      'reference',
      ...more,
    );
    expect(code, lines.join('\n')).toBe(0);
  }
});
