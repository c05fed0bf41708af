import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { DocumentError, formatDocument, parseDocument } from './file.ts';
import type { JsonValue } from './json.ts';
import { migrate, MIGRATIONS, type JsonObject, type Migration } from './migrations.ts';
import { FORMAT_VERSION } from './schema.ts';
import { arbitraryDocument, kindsOf } from './testing/arbitrary-documents.ts';
import { LIBRARY } from './testing/library.ts';

/** A step with its way back, which only a test knows. */
interface Both extends Migration {
  readonly downgrade: (document: JsonObject) => JsonObject;
}

const objects = (list: JsonValue | undefined, what: string): JsonObject[] => {
  if (!Array.isArray(list)) throw new TypeError(`there are no ${what}`);
  return list.map((item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) throw new TypeError(`${what} are objects`);
    return item;
  });
};

const strings = (value: JsonValue | undefined, what: string): string => {
  if (typeof value !== 'string') throw new TypeError(`${what} is a text`);
  return value;
};

/** A field under another name, in its old place. */
function renamed(record: JsonObject, from: string, to: string): JsonObject {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key === from ? to : key, value]));
}

const inModules = (document: JsonObject, change: (module: JsonObject) => JsonObject): JsonObject => ({
  ...document,
  modules: objects(document['modules'], 'modules').map(change),
});

/** Five versions that never were, each step of another kind: a field, a value, a record in lists, a list of lists. */
const CHAIN: readonly Both[] = [
  {
    from: 1,
    summary: '`blocks` became `modules`',
    migrate: (document) => {
      objects(document['blocks'], 'blocks');
      return renamed(document, 'blocks', 'modules');
    },
    downgrade: (document) => renamed(document, 'modules', 'blocks'),
  },
  {
    from: 2,
    summary: 'the seed became a number',
    migrate: (document) => ({ ...document, seed: Number(strings(document['seed'], 'the seed')) }),
    downgrade: (document) => ({ ...document, seed: JSON.stringify(document['seed']) }),
  },
  {
    from: 3,
    summary: 'wires became records',
    migrate: (document) =>
      inModules(document, (module) => {
        const { wires } = module;
        if (!Array.isArray(wires)) throw new TypeError('there are no wires');
        const edges = wires.map((wire): JsonValue => {
          if (!Array.isArray(wire)) throw new TypeError('a wire is a list');
          const [from, to, rest] = wire;
          return { from: from!, to: to!, ...(rest as JsonObject) };
        });
        return Object.fromEntries(
          Object.entries(module).map(([key, value]) => (key === 'wires' ? ['edges', edges] : [key, value])),
        );
      }),
    downgrade: (document) =>
      inModules(document, (module) => {
        const wires = objects(module['edges'], 'edges').map(({ from, to, ...rest }): JsonValue => [from!, to!, rest]);
        return Object.fromEntries(
          Object.entries(module).map(([key, value]) => (key === 'edges' ? ['wires', wires] : [key, value])),
        );
      }),
  },
  {
    from: 4,
    summary: 'positions became pairs',
    migrate: (document) =>
      inModules(document, (module) => ({
        ...module,
        nodes: objects(module['nodes'], 'nodes').map(({ place, ...node }) => {
          const [{ x, y } = {}] = objects([place!], 'places');
          return { ...node, position: [x!, y!] };
        }),
      })),
    downgrade: (document) =>
      inModules(document, (module) => ({
        ...module,
        nodes: objects(module['nodes'], 'nodes').map(({ position, ...node }) => {
          const [x, y] = position as JsonValue[];
          return { ...node, place: { x: x!, y: y! } };
        }),
      })),
  },
];

const LATEST = CHAIN.length + 1;
const documents = arbitraryDocument(kindsOf(LIBRARY)).map(
  (document) => ({ ...document, version: LATEST }) as unknown as JsonObject,
);
const versions = fc.integer({ min: 1, max: LATEST });
const OPTIONS = { migrations: CHAIN, version: LATEST };
const RUNS = { numRuns: runs(100) };

/** As the version of that time would have written it. */
function writtenAs(version: number, document: JsonObject): JsonObject {
  const steps = CHAIN.filter(({ from }) => from >= version).toReversed();
  return { ...steps.reduce((current, { downgrade }) => downgrade(current), document), version };
}

test('a document of any version is, when it is read, what it would be had it been made today', () => {
  fc.assert(
    fc.property(documents, versions, (document, version) => {
      const read = parseDocument(JSON.stringify(writtenAs(version, document)), OPTIONS);
      expect(read.document).toEqual(document);
      expect(read.readOnly).toBe(false);
      // And from then on it is written as one of today.
      expect(parseDocument(formatDocument(read.document), OPTIONS).document).toEqual(document);
    }),
    RUNS,
  );
});

test('step by step is the same as all at once, and a step changes nothing of what it is given', () => {
  fc.assert(
    fc.property(documents, versions, versions, (document, a, b) => {
      const [from, between] = [Math.min(a, b), Math.max(a, b)];
      const old = writtenAs(from, document);
      const before = JSON.stringify(old);
      const middle = migrate(old, from, CHAIN, between);
      expect(middle).toEqual(writtenAs(between, document));
      expect(migrate(middle, between, CHAIN, LATEST)).toEqual(migrate(old, from, CHAIN, LATEST));
      expect(JSON.stringify(old)).toBe(before);
    }),
    RUNS,
  );
});

test('whatever stands in a file of any version, it is read, or refused in one line that says where', () => {
  const hostile = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom<unknown>(null, [], {}, '', -1, 1e308, [[]]));
  fc.assert(
    fc.property(documents, versions, fc.nat(), hostile, (document, version, at, value) => {
      const text = JSON.stringify(writtenAs(version, document));
      let count = 0;
      JSON.parse(text, (_, old: unknown) => (count++, old));
      let index = 0;
      const changed = JSON.stringify(
        JSON.parse(text, (_, old: unknown) => (index++ === at % count ? value : old)) as unknown,
      );
      try {
        const read = parseDocument(changed ?? '', OPTIONS);
        expect(parseDocument(formatDocument(read.document), OPTIONS).document).toEqual(read.document);
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        expect(error.message).not.toMatch(/\n|undefined is not|Cannot read/);
        expect(error.line !== undefined || error.path !== undefined).toBe(true);
      }
    }),
    { numRuns: runs(200) },
  );
});

test('the program’s own steps lead from each version that was released to today’s', () => {
  expect(MIGRATIONS.map(({ from }) => from)).toEqual(
    Array.from({ length: FORMAT_VERSION - 1 }, (_, index) => index + 1),
  );
});
