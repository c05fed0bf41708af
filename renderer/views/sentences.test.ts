/** What the views say of known values, to those who do not see them. */
import { expect, test } from 'vitest';
import type { Dimension } from '../../graph/problems.ts';
import type { ViewKind } from '../../nodes/definition.ts';
import { previewOf } from '../session/host-preview.ts';
import type { LookAt } from '../stores/view.ts';
import { VIEWS } from './registry.ts';
import type { Answer, ItemName, Shown, ViewInput, ViewSubject } from './view.ts';

interface Given {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Ids, which are integers. */
  readonly ids?: true;
  readonly names?: readonly (string | undefined)[];
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  readonly pictures?: readonly string[];
}

interface Looking {
  readonly look?: LookAt;
  readonly brush?: number;
  readonly params?: Readonly<Record<string, number | string | boolean>>;
}

/** The view of inputs that are computed, as the application answers its wishes. */
function shownBy(kind: ViewKind, given: Readonly<Record<string, Given>>, looking: Looking = {}): Shown {
  const { look = {}, brush = null, params = {} } = looking;
  const subject: ViewSubject = {
    kind,
    path: 'v',
    name: 'v',
    params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { value, source: value }])),
    inputs: Object.fromEntries(Object.entries(given).map(([port, input]) => [port, inputOf(port, input)])),
    look,
    brush,
  };
  const wishes = VIEWS[kind].wishes(subject);
  const answers = Object.fromEntries(
    Object.entries(wishes).map(([port, { spec, index }]): [string, Answer] => {
      const { shape, values, ids } = given[port]!;
      if (index === null) return [port, { preview: previewOf(port, shape, values, spec), values: null }];
      const inner = shape.slice(index.length);
      const count = inner.reduce((product, size) => product * size, 1);
      const start = index.reduce((at, place, axis) => at * shape[axis]! + place, 0) * count;
      const part = values.slice(start, start + count);
      const type = { dtype: ids ? ('i32' as const) : ('f32' as const), shape: inner };
      const data = ids ? Int32Array.from(part) : Float32Array.from(part);
      return [port, { preview: previewOf(port, shape, values, spec), values: { type, data } }];
    }),
  );
  return VIEWS[kind].show(subject, answers, () => null);
}

function inputOf(port: string, { shape, names, rows, columns, pictures, ids }: Given): ViewInput {
  const dims = shape.map((size, axis): Dimension => {
    const name = names?.[axis];
    return name === undefined ? { size } : { size, name };
  });
  const items = (texts?: readonly string[]): readonly ItemName[] | null =>
    texts?.map((text) => ({ text, picture: null })) ?? null;
  return {
    path: `v.${port}`,
    source: { path: 'source', port: 'output' },
    type: { dims, dtype: ids ? 'i32' : 'f32', flow: 'tensor' },
    rows: items(rows),
    columns: items(columns),
    tokens: null,
    pictures: items(pictures),
  };
}

const filled = (count: number, value: number) => Array.from({ length: count }, () => value);

test('a similarity matrix: its range, the pair that is most alike, and how many rows are greatest on the diagonal', () => {
  const similarity = { shape: [2, 2], values: [0.9, 0.1, 0.8, 0.2], rows: ['cat', 'dog'], columns: ['a cat', 'a dog'] };
  expect(shownBy('similarity-matrix', { similarity }, { params: { diagonal: true } }).sentence).toBe(
    'v: 2 rows, 2 columns, from 0.1000 to 0.9000. The most alike: cat × a cat. ' +
      'On the diagonal 0.5500 on average, elsewhere 0.4500; 1 of 2 rows are greatest there.',
  );
  const one = { shape: [1, 1], values: [3] };
  expect(shownBy('similarity-matrix', { similarity: one }, { params: { diagonal: true } }).sentence).toBe(
    'v: 1 row, 1 column, from 3 to 3. The most alike: row 0 × column 0.',
  );
  const none = { shape: [2, 1], values: [NaN, Infinity] };
  expect(shownBy('similarity-matrix', { similarity: none }).sentence).toBe(
    'v: 2 rows, 1 column, without a finite value.',
  );
});

test('attention over a picture: who looks, at how many patches, where most, and how much of it is the picture', () => {
  const row = [0.1, 0.2, 0.6, 0.1];
  const weights = { shape: [2, 4, 4], values: [...filled(16, 0.25), ...row, ...row, ...row, ...row] };
  const look = { head: 1, query: 0 };
  expect(shownBy('attention-map', { attention_weights: weights }, { look }).sentence).toBe(
    'v: head 1 of 2, patch (0, 0) looks at 2 × 2 patches, from 0.1000 to 0.6000, most at patch (1, 0).',
  );
  const words = { shape: [1, 5], values: [0.1, 0.1, 0.2, 0.1, 0.5] };
  expect(shownBy('attention-map', { attention_weights: words }, { params: { image_tokens: 4 } }).sentence).toBe(
    'v: query 0 looks at 2 × 2 patches, from 0.1000 to 0.2000, most at patch (1, 0); 50 % of it falls on the picture.',
  );
  const none = { shape: [4, 4], values: filled(16, NaN) };
  expect(shownBy('attention-map', { attention_weights: none }).sentence).toContain('without a finite value.');
});

test('an attention matrix: its regions, its range, and the strongest pair', () => {
  const values = filled(9, 0.1);
  values[5] = 0.8;
  const weights = { shape: [3, 3], values };
  expect(shownBy('attention-matrix', { attention_weights: weights }).sentence).toBe(
    'v: 3 queries against 3 keys, from 0.1000 to 0.8000. The strongest: query 1 looks at key 2.',
  );
  expect(
    shownBy('attention-matrix', { attention_weights: weights }, { params: { image_tokens: 2 } }).sentence,
  ).toContain('(2 image, then 1 text)');
  const large = { shape: [600, 600], values: filled(360_000, 0.5) };
  expect(shownBy('attention-matrix', { attention_weights: large }).sentence).toBe(
    'v: 600 queries against 600 keys, from 0.5000 to 0.5000.',
  );
  const none = { shape: [0, 0], values: [] };
  expect(shownBy('attention-matrix', { attention_weights: none }).sentence).toBe(
    'v: 0 queries against 0 keys, without a finite value.',
  );
});

test('a histogram: range, mean, deviation, and what half of the values lie between', () => {
  const values = Array.from({ length: 64 }, (_, at) => at);
  expect(shownBy('histogram', { values: { shape: [64], values } }).sentence).toBe(
    'v: 64 values from 0 to 63, mean 31.50, standard deviation 18.47. Half of them lie between 15.75 and 47.25.',
  );
  expect(shownBy('histogram', { values: { shape: [2], values: [4, 4] } }).sentence).toContain('All are the same.');
  expect(shownBy('histogram', { values: { shape: [1], values: [NaN] } }).sentence).toContain('none of them finite');
});

test('curves: where each starts, ends and is least; of many only the first are told', () => {
  expect(shownBy('line', { values: { shape: [4], values: [3, 2, 0.5, 1] } }).sentence).toBe(
    'v: 1 curve of 4 points, between 0.5000 and 3. It goes from 3 to 1, least 0.5000 at 2.',
  );
  const two = { shape: [2, 2], values: [0, 1, NaN, NaN], rows: ['loss', 'rate'] };
  expect(shownBy('line', { values: two }).sentence).toBe(
    'v: 2 curves of 2 points, between 0 and 1. Loss goes from 0 to 1, least 0 at 0; rate has no finite value.',
  );
  const many = { shape: [9, 1], values: [0, 1, 2, 3, 4, 5, 6, 7, 8] };
  expect(shownBy('line', { values: many }).sentence).toMatch(
    /first 8 of 9 rows\. Row 0 .*row 3 goes from 3 to 3, least 3 at 0\.$/,
  );
  expect(shownBy('line', { values: { shape: [1], values: [Infinity] } }).sentence).toBe('v: no finite value.');
});

test('a table: all of its numbers where they are few, else their range and the greatest', () => {
  expect(shownBy('table', { values: { shape: [2, 2], values: [1, 2, 3, NaN] } }).sentence).toBe(
    'v: a table of 2 rows and 2 columns: 1, 2; 3, NaN.',
  );
  const values = Array.from({ length: 20 }, (_, at) => (at === 7 ? 99 : at));
  expect(shownBy('table', { values: { shape: [4, 5], values } }).sentence).toBe(
    'v: a table of 4 rows and 5 columns, from 0 to 99, greatest at row 1 × column 2.',
  );
  expect(shownBy('table', { values: { shape: [1, 0], values: [] } }).sentence).toBe(
    'v: a table of 1 row and 0 columns, without a finite value.',
  );
  const ranked = { params: { order: 'largest first' } };
  const named = { shape: [1, 3], values: [0.1, 0.7, 0.2], columns: ['cat', 'dog', 'cow'] };
  expect(shownBy('table', { values: named }, ranked).sentence).toBe('v: dog is largest with 0.7000.');
  expect(shownBy('table', { values: { shape: [1, 0], values: [] } }, ranked).sentence).toBe('v: no values.');
});

test('patches, tokens and text', () => {
  const image = { shape: [1, 1, 4, 6], values: filled(24, 0.5), pictures: ['lake.png'] };
  expect(shownBy('patch-grid', { image }, { params: { patch_size: 2 } }).sentence).toBe(
    'v: lake.png, a picture of 4 × 6 pixels, from 0.5000 to 0.5000, cut into 2 × 3 = 6 patches of 2 × 2.',
  );
  const ids = { shape: [1, 3], values: [9, 9, 4], ids: true } as const;
  expect(shownBy('token-strip', { input_ids: ids }, { params: { image_token_id: 9 } }).sentence).toBe(
    'v: 2 image and 1 text tokens; the text reads 4.',
  );
  expect(shownBy('token-strip', { input_ids: { shape: [1, 0], values: [], ids: true } }).sentence).toBe(
    'v: no tokens.',
  );
  expect(shownBy('text', { ids }).sentence).toBe('v: <9> <9> <4>.');
});
