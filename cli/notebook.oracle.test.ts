/**
 * The lesson that the templates follow, section by section: everything that it prints or plots (weights of attention, matrices of
 * similarity, losses) is what PyTorch computes from the same seed, in a full run at its own sizes, in a usual one at those that the
 * templates open with; and at its own, shapes are those that it prints.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { Oracle } from '../scripts/oracle/oracle.ts';
import { TEMPLATES } from '../templates/registry.ts';
import { shapes as shapesCommand } from './commands/shapes.ts';
import { call } from './testing/in-process.ts';
import { expectAgreement } from './testing/oracle-run.ts';
import { readResults } from './testing/results.ts';

interface Section {
  readonly title: string;
  /** A template; its presets have the sizes. */
  readonly system: string;
  /** The system of scripts/oracle, if it is not named as the template. */
  readonly oracle?: string;
  /** Sizes in which the section differs from the preset. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Inputs that the section prints or plots: the port that shows one, and the input. */
  readonly shown?: Readonly<Record<string, string>>;
  /** Shapes of the tensors that the section prints or plots. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

const PATCHES = [1, 196, 768];

const SECTIONS: readonly Section[] = [
  {
    title: '1.1 Patch embedding',
    system: 'patch_embedding',
    shapes: { 'input/pixel_values': [1, 3, 224, 224], 'output/patches': PATCHES },
  },
  {
    title: '1.2 to 1.4 Positions, attention, Vision Transformer',
    system: 'vit',
    shapes: {
      'output/embeddings': PATCHES,
      'output/attended': PATCHES,
      'output/attention_weights': [1, 12, 196, 196],
      'output/features': PATCHES,
    },
  },
  {
    title: '1.4 A picture and its patches',
    system: 'patch_embedding',
    oracle: 'wave',
    sizes: { num_channels: 1 },
    shown: { 'pixel_values.output': 'pixel_values' },
    shapes: { 'input/pixel_values': [1, 1, 224, 224], 'output/patches': PATCHES },
  },
  {
    title: '2.1 and 2.2 CLIP and its loss',
    system: 'clip',
    shapes: {
      'input/pixel_values': [4, 3, 224, 224],
      'input/input_ids': [4, 20],
      'output/logits_per_image': [4, 4],
      'output/logits_per_text': [4, 4],
      'output/clip_loss': [],
    },
  },
  { title: '2.3 SigLIP', system: 'siglip', shapes: { 'output/clip_loss': [], 'output/siglip_loss': [] } },
  {
    title: '3.1 Projector',
    system: 'projector',
    shapes: { 'output/features': PATCHES, 'output/projected': [1, 196, 2048] },
  },
  {
    title: '3.2 Token merging',
    system: 'merge',
    shown: { 'input_ids.ids': 'input_ids' },
    shapes: { 'input/input_ids': [2, 26], 'output/merged': [2, 26, 512] },
  },
  { title: '3.3 Vision-language model', system: 'vlm', shapes: { 'output/logits': [2, 26, 32001] } },
  {
    title: '3.4 Cross-modal attention',
    system: 'cross_modal_attention',
    shapes: { 'output/attention_weights': [26, 26] },
  },
];

const SEED = 0;

let oracle: Oracle;

beforeAll(async () => {
  oracle = await Oracle.start();
});
afterAll(() => oracle?.close());

describe.each(SECTIONS)('$title', ({ system, oracle: computes = system, sizes: own = {}, shown = {}, shapes }) => {
  let sizes: Readonly<Record<string, number>>;
  let golden: string;

  beforeAll(async () => {
    const { presets } = await TEMPLATES.find(({ name }) => name === system)!.load();
    const { values } = presets.find(({ name }) => name === (FULL ? 'notebook' : 'live'))!;
    sizes = { ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])), ...own };
    golden = await oracle.compute({ system: computes, seed: SEED, sizes });
  });

  test('has the shapes that are printed', async () => {
    const set = Object.entries(own).flatMap(([name, size]) => ['--set', `${name}=${size}`]);
    const { lines } = await call(shapesCommand, `template:${system}`, '--preset', 'notebook', ...set, '--json');
    const ports = JSON.parse(lines.join('\n')) as { readonly port: string; readonly shape: readonly number[] }[];
    for (const [name, shape] of Object.entries(shapes)) {
      if (!name.startsWith('output/')) continue;
      expect(ports.find(({ port }) => port === name.slice('output/'.length))?.shape, name).toEqual(shape);
    }
  });

  if (FULL) {
    test('PyTorch has them too', async () => {
      const { tensors } = await readResults(golden);
      const found = Object.keys(shapes).map((name) => [name, tensors.get(name)?.shape]);
      expect(Object.fromEntries(found)).toEqual(shapes);
    });
  }

  test.each(FULL ? (['reference', 'gpu'] as const) : (['reference'] as const))('on the %s, numbers agree', (device) =>
    expectAgreement({ system, seed: SEED, sizes, device, weights: 'drawn', golden, shown }),
  );
});
