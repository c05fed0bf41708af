/** weights.safetensors is written tensor by tensor: a model may be larger than memory. */
import { expect, test } from 'vitest';
import { TEMPLATES } from '../../templates/registry.ts';
import { exportSourceOf } from '../testing/source.ts';
import { PYTORCH } from './target.ts';

test('no weight is drawn before the one before it is written, and none twice', async () => {
  const source = exportSourceOf(await TEMPLATES.find(({ name }) => name === 'attention')!.load());
  const drawn: string[] = [];
  const files = await PYTORCH.files({
    ...source,
    leaf: (kind, name) => {
      if (kind === 'weight') drawn.push(name);
      return source.leaf(kind, name);
    },
  });
  const { pieces } = files.find(({ path }) => path === 'weights.safetensors')!;
  expect(drawn).toEqual([]);
  let written = -1;
  for await (const piece of pieces) {
    expect(piece.byteLength).toBeGreaterThan(0);
    written++;
    expect(drawn).toHaveLength(written);
  }
  expect(drawn).toEqual([...source.weights.recipes.keys()]);
});
