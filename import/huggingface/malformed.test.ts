/** Whatever stands in the files of a folder: it becomes a graph, or one line says what is wrong with it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { formatDocument, parseDocument } from '../../graph/file.ts';
import { NODES } from '../../nodes/registry.ts';
import { runs } from '../../scripts/effort.ts';
import { ImportError } from '../import-error.ts';
import { importModel } from './import-model.ts';
import { readConfig } from './read-config.ts';
import {
  CLIP,
  CLIP_TEXT,
  CLIP_VISION_PROJECTED,
  SIGLIP,
  SIGLIP_VISION,
  VIT_CLASSIFIER,
  VIT_MODEL,
} from './testing/published.ts';

const PREPROCESSOR = {
  crop_size: { height: 224, width: 224 },
  do_center_crop: true,
  do_normalize: true,
  do_rescale: true,
  do_resize: true,
  image_mean: [0.48, 0.46, 0.41],
  image_std: [0.27, 0.26, 0.28],
  resample: 3,
  rescale_factor: 1 / 255,
  size: { shortest_edge: 224 },
};

const { id2label: _, ...classifier } = VIT_CLASSIFIER;
const towers = [CLIP_TEXT, CLIP_VISION_PROJECTED, SIGLIP_VISION];
const configs = [{ ...classifier, id2label: { 0: 'yes', 1: 'no' } }, VIT_MODEL, CLIP, SIGLIP, ...towers];

/** Values that come near to what is wanted, and any others. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    0,
    1,
    2,
    7,
    64,
    -1,
    0.5,
    1e300,
    2 ** 24,
    '',
    '12',
    'gelu',
    'relu',
    null,
    true,
    [],
    {},
    [224, 224],
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The object with some of its values, at any depth, replaced or gone. */
function spoiled(value: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .array(fc.tuple(fc.constantFrom(...Object.keys(value), 'hidden_act_', 'num_labels'), strange, fc.boolean()), {
      maxLength: 2,
    })
    .chain((changes) => {
      const next: Record<string, unknown> = { ...value };
      for (const [key, other, gone] of changes) {
        if (gone) delete next[key];
        else next[key] = other;
      }
      const parts = ['text_config', 'vision_config'].filter((part) => next[part] === value[part] && part in next);
      if (parts.length === 0) return fc.constant(next);
      return fc
        .record(Object.fromEntries(parts.map((part) => [part, spoiled(next[part] as Record<string, unknown>)])))
        .map((made) => ({ ...next, ...made }));
    });
}

test('any configuration becomes a graph that can be analysed and saved, or is refused in one line', () => {
  let [made, refused] = [0, 0];
  fc.assert(
    fc.property(fc.constantFrom(...configs).chain(spoiled), spoiled(PREPROCESSOR), (config, preprocessor) => {
      try {
        const found = readConfig(JSON.stringify(config), 'config.json');
        const files = { tokenizer: undefined, tokenizerConfig: undefined, pictures: [], names: undefined, rename: [] };
        const { document } = importModel(found, { ...files, preprocessor: JSON.stringify(preprocessor) });
        analyse(document, NODES);
        expect(parseDocument(formatDocument(document)).document).toEqual(document);
        made++;
      } catch (error) {
        if (!(error instanceof ImportError)) throw error;
        expect(error.message).toMatch(/^(config|preprocessor_config)\.json: [^\n]+$/);
        refused++;
      }
    }),
    { numRuns: runs(300) },
  );
  expect(Math.min(made, refused)).toBeGreaterThan(30);
});
