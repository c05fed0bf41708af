/**
 * Whole documents at random, with everything that the format knows: modules within modules, stacks, shared weights,
 * modes, ports, wires with points, notes, frames, presets, sizes, requirements, pictures, a checkpoint; and fields and node
 * types that it does not know. They are documents by the schema; whether their graphs make sense is left to chance.
 */
import fc from 'fast-check';
import { edgeKey } from '../diff.ts';
import {
  FORMAT_VERSION,
  type Asset,
  type Edge,
  type GraphModule,
  type GraphNode,
  type Hyperparameter,
  type PatchbayDocument,
} from '../schema.ts';

/** What nodes may be: a type with the parameters that it has. */
export type NodeKinds = ReadonlyMap<string, readonly string[]>;

const identifier = fc.constantFrom('width', 'depth', 'heads', 'x', 'constructor', 'toString', '_1');
const attribute = fc.oneof(identifier, fc.constantFrom('0', '1', '10', 'attention', 'blocks', 'norm'));
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', 'line\nbreak', '"quoted" \\ back', '\u2028', 'ключ', '__proto__'),
);
// A file has no other numbers: -0 is written as 0.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const value = fc.oneof(
  fc.integer({ min: -4, max: 9 }),
  number,
  fc.boolean(),
  text,
  fc.constantFrom('width // 2', 'depth', '2, 3'),
);
const coordinate = fc.oneof(fc.integer({ min: -2000, max: 2000 }), number);
const point = fc.tuple(coordinate, coordinate);
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);

/** Fields that no version knows. */
const more = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .dictionary(fc.constantFrom('x-note', 'later', 'über', ' '), fc.jsonValue({ maxDepth: 2 }), {
        maxKeys: 2,
        noNullPrototype: true,
      })
      // A name that the reader refuses.
      .filter((fields) => !JSON.stringify(fields).includes('"__proto__":'))
      .map((fields) => JSON.parse(JSON.stringify(fields), (_, field) => (Object.is(field, -0) ? 0 : field)) as object),
  },
);

/** A field that may be absent. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

/** As a file would have it: without the fields that are undefined. */
function present<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, field]) => field !== undefined)) as T;
}

/** A record of these fields, and of some that nobody knows. */
function recordOf<T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.tuple(fc.record(fields), more).map(([record, extra]) => present<T>({ ...record, ...extra }));
}

function listOf<T>(item: fc.Arbitrary<T>, keyOf: (item: T) => string, maxLength: number): fc.Arbitrary<T[]> {
  return fc.uniqueArray(item, { selector: keyOf, maxLength });
}

const hyperparameter: fc.Arbitrary<Hyperparameter> = recordOf({
  name: identifier,
  type: fc.constantFrom('int' as const, 'float' as const, 'bool' as const, 'string' as const),
  default: value,
  minimum: maybe(fc.integer({ min: 0, max: 3 })),
  maximum: maybe(fc.integer({ min: 4, max: 99 })),
  choices: maybe(fc.array(text, { minLength: 1, maxLength: 3 })),
  help: maybe(text),
});

const mark = { position: point, size: point };
const frames = listOf(recordOf({ id: fc.constantFrom('frame_1', 'frame_2'), title: text, ...mark }), ({ id }) => id, 2);
const notes = listOf(recordOf({ id: fc.constantFrom('note_1', 'x', 'note_2'), text, ...mark }), ({ id }) => id, 3);

/** @param inner Names of the modules that it may be an instance of. */
function nodeOf(kinds: NodeKinds, inner: readonly string[]): fc.Arbitrary<GraphNode> {
  const head = { id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'), name: attribute };
  const tail = {
    shares: maybe(fc.constantFrom('blocks.0', 'a', 'attention.norm', 'nowhere')),
    mode: maybe(fc.constantFrom('mute' as const, 'bypass' as const)),
    position: point,
    size: maybe(point),
  };
  const params = (names: readonly string[]) =>
    maybe(fc.dictionary(fc.constantFrom('unknown', ...names), value, { maxKeys: 3, noNullPrototype: true }));
  const library = fc
    .constantFrom(...kinds)
    .chain(([type, names]) => recordOf({ ...head, type: fc.constant(type), params: params(names), ...tail }));
  if (inner.length === 0) return library;
  const instance = recordOf({
    ...head,
    module: fc.constantFrom(...inner),
    repeat: maybe(fc.oneof(fc.integer({ min: -1, max: 4 }), fc.constantFrom('depth', 'width'))),
    copies: maybe(fc.boolean()),
    params: params(['width', 'depth', 'heads']),
    ...tail,
  });
  return fc.oneof({ weight: 2, arbitrary: library }, { weight: 1, arbitrary: instance });
}

function moduleOf(name: string, kinds: NodeKinds, inner: readonly string[]): fc.Arbitrary<GraphModule> {
  return listOf(nodeOf(kinds, inner), ({ id }) => id, 8).chain((nodes) => {
    const ids = [...nodes.map(({ id }) => id), 'gone'];
    const end = fc.tuple(fc.constantFrom(...ids), fc.oneof(attribute, fc.constantFrom('input', 'output', 'a', 'b')));
    const edge: fc.Arbitrary<Edge> = recordOf({
      from: end,
      to: end,
      reroutes: maybe(fc.array(point, { maxLength: 3 })),
    });
    return recordOf<GraphModule>({
      name: fc.constant(name),
      help: maybe(text),
      origin: maybe(recordOf({ library: text, name: text, version: fc.nat(3) })),
      hyperparameters: listOf(hyperparameter, (rule) => rule.name, 3),
      requires: maybe(
        fc.array(recordOf({ expression: fc.constantFrom('width % heads == 0', '1'), help: maybe(text) }), {
          maxLength: 2,
        }),
      ),
      nodes: fc.constant(nodes),
      edges: listOf(edge, edgeKey, 8),
      frames: maybe(frames),
      notes: maybe(notes),
    });
  });
}

const asset: fc.Arbitrary<Asset> = recordOf({
  id: fc.constantFrom('p', 'q', 'r'),
  name: text,
  mime: fc.constantFrom('image/png', 'application/json'),
  sha256: hash,
  data: maybe(fc.base64String({ maxLength: 64 })),
  path: maybe(text),
  caption: maybe(text),
});

const NAMES = ['Model', 'Tower', 'Block', 'Leaf'];
const sizes = listOf(
  recordOf({ name: fc.constantFrom('batch', 'tokens'), default: fc.nat(4), help: maybe(text) }),
  ({ name }) => name,
  2,
);

/** @param kinds What nodes may be, beside types that nobody knows. */
export function arbitraryDocument(kinds: NodeKinds): fc.Arbitrary<PatchbayDocument> {
  const known: NodeKinds = new Map([...kinds, ['from_the_future', ['knob']]]);
  return fc.integer({ min: 1, max: NAMES.length }).chain((count) => {
    const names = NAMES.slice(0, count);
    const modules = names.map((name, index) => moduleOf(name, known, names.slice(index + 1)));
    return fc
      .tuple(fc.tuple(...modules), maybe(sizes))
      .map(([[main, ...others], given]) => [given ? { ...main!, sizes: given } : main!, ...others])
      .chain((list) =>
        recordOf<PatchbayDocument>({
          format: fc.constant('patchbay' as const),
          version: fc.constant(FORMAT_VERSION),
          seed: fc.nat(),
          main: fc.constant('Model'),
          preset: maybe(fc.constantFrom('live', 'large', 'none')),
          presets: listOf(
            recordOf({
              name: fc.constantFrom('live', 'large'),
              values: fc.dictionary(fc.constantFrom('width', 'batch', 'nothing'), value, { noNullPrototype: true }),
            }),
            ({ name }) => name,
            2,
          ),
          modules: fc.constant(list),
          assets: listOf(asset, ({ id }) => id, 3),
          weights: maybe(recordOf({ path: text, sha256: hash, rename: maybe(fc.array(text, { maxLength: 2 })) })),
        }),
      );
  });
}

/** Of the small library of testing/library.ts, or of another. */
export function kindsOf(
  library: ReadonlyMap<string, { readonly params: readonly { readonly name: string }[] }>,
): NodeKinds {
  return new Map([...library].map(([type, { params }]) => [type, params.map(({ name }) => name)]));
}
