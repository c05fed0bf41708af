import { expect, test } from 'vitest';
import { DocumentError, formatDocument, parseDocument } from './file.ts';
import { migrate, MIGRATIONS, MigrationError, type JsonObject, type Migration } from './migrations.ts';
import { FORMAT_VERSION } from './schema.ts';
import { stackDocument } from './testing/documents.ts';

/** Two older forms that never were: version 1 called modules `blocks`, version 2 held the seed as a text. */
const STEPS: readonly Migration[] = [
  {
    from: 1,
    summary: '`blocks` became `modules`',
    migrate: ({ blocks, ...rest }) => {
      if (!Array.isArray(blocks)) throw new TypeError('there are no blocks');
      return { ...rest, modules: blocks };
    },
  },
  {
    from: 2,
    summary: 'the seed became a number',
    migrate: (document) => ({ ...document, seed: Number(document['seed']) }),
  },
];

function oldest(): JsonObject {
  const { modules, ...rest } = stackDocument() as unknown as JsonObject;
  return { ...rest, version: 1, seed: '7', blocks: modules!, kept: 'as it came' };
}

function current(version: number): unknown {
  return { ...stackDocument(), version, seed: 7, kept: 'as it came' };
}

test('the steps lead from any older version to today’s, one after the other', () => {
  expect(migrate(oldest(), 1, STEPS, 3)).toEqual(current(3));
  const middle = migrate(oldest(), 1, STEPS, 2);
  expect(middle['version']).toBe(2);
  expect(migrate(middle, 2, STEPS, 3)).toEqual(current(3));
  expect(migrate(middle, 2, STEPS, 2)).toBe(middle);
});

test('a file of an older version is read as one of today’s, and written as one', () => {
  const read = parseDocument(JSON.stringify(oldest()), { migrations: STEPS, version: 3 });
  expect(read.document).toEqual(current(3));
  expect(read.readOnly).toBe(false);
  expect(formatDocument(read.document)).toContain('"version": 3');
});

test('a step that finds the file malformed, and a step that is missing, are errors of the document', () => {
  const broken = JSON.stringify({ ...oldest(), blocks: 3 });
  const read = (): unknown => parseDocument(broken, { migrations: STEPS, version: 3 });
  expect(read).toThrow(DocumentError);
  expect(read).toThrow('version: the step from version 1 (`blocks` became `modules`) failed: there are no blocks');
  expect(() => migrate(oldest(), 1, STEPS.slice(1), 3)).toThrow(MigrationError);
});

test('what is wrong after migrating is told by its field: the lines are those of the old form', () => {
  const wrong = JSON.stringify({ ...oldest(), presets: 5 });
  expect(() => parseDocument(wrong, { migrations: STEPS, version: 3 })).toThrow(
    /^presets: array expected, not a number$/,
  );
});

test('there is a step from every version before today’s', () => {
  expect(MIGRATIONS.map(({ from }) => from)).toEqual(
    Array.from({ length: FORMAT_VERSION - 1 }, (_, index) => index + 1),
  );
});
