/**
 * Requests as a page would send that was taken over: for each call from its schema, so that a new call is covered by
 * itself. Well-formed ones with hostile values, ones that are nearly well-formed, and anything at all.
 */
import fc from 'fast-check';
import { safeParse, type z } from 'zod';
import type { CallName } from '../api.ts';
import { CALL_CHANNELS } from '../channels.ts';
import { REQUESTS } from '../schemas.ts';

export interface HostileCall {
  readonly name: CallName;
  readonly request: unknown;
}

/** What the attacker knows, and would use where a text is asked for. */
export interface Knowledge {
  /** Paths, names, hashes. */
  readonly texts: readonly string[];
  /** Contents that may do harm where they are parsed. */
  readonly contents: readonly Uint8Array[];
}

/** In the place of an id, one that an answer gave: `answered(n)`. */
export function answered(index: number): string {
  return `answered:${index}`;
}

/** Of more ids than that each would be tried too seldom to be met while it is of use. */
const LAST_IDS = 12;

/** The request with ids that answers gave last in their places. */
export function withIds(request: unknown, ids: readonly string[]): unknown {
  if (typeof request === 'string') {
    const found = /^answered:(\d+)$/.exec(request);
    return (found && ids.slice(-LAST_IDS)[Number(found[1]) % Math.min(LAST_IDS, ids.length)]) ?? request;
  }
  if (typeof request !== 'object' || request === null) return request;
  const prototype: unknown = Object.getPrototypeOf(request);
  if (prototype !== Object.prototype && prototype !== null) return request;
  return Object.fromEntries(Object.entries(request).map(([key, value]) => [key, withIds(value, ids)]));
}

export function hostileCall(knowledge: Knowledge): fc.Arbitrary<HostileCall> {
  return fc.oneof(
    ...(Object.keys(CALL_CHANNELS) as CallName[]).map((name) => {
      const shaped = valueOf(REQUESTS[name], knowledge);
      return fc
        .oneof(
          { arbitrary: shaped, weight: 6 },
          { arbitrary: shaped.chain((request) => mutated(request)), weight: 2 },
          { arbitrary: garbage(), weight: 1 },
        )
        .map((request) => ({ name, request }));
    }),
  );
}

/** A value that a schema may accept. @throws for a kind of schema that is not known here: it would go untested. */
function valueOf(schema: z.core.$ZodType, knowledge: Knowledge): fc.Arbitrary<unknown> {
  const { def } = schema._zod;
  switch (def.type) {
    case 'undefined':
      return fc.constant(undefined);
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fc.oneof(fc.nat(20), fc.nat(), fc.constantFrom(0, -1, 0.5, NaN, Infinity, 2 ** 53, 2 ** 31, -0));
    case 'string':
      return textOf(schema, knowledge);
    case 'nullable':
      return fc.option(valueOf((def as z.core.$ZodNullableDef).innerType, knowledge));
    case 'array':
      return fc.array(valueOf((def as z.core.$ZodArrayDef).element, knowledge), { maxLength: 5 });
    case 'object': {
      const { shape } = def as z.core.$ZodObjectDef;
      return fc.record(Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, valueOf(part, knowledge)])));
    }
    case 'custom':
      return fc.oneof(fc.uint8Array(), fc.constantFrom(...knowledge.contents));
    default:
      throw new Error(`No hostile values are known for a schema of type ${def.type}.`);
  }
}

/** As the ids are that the process gives out. */
const SOME_ID = '00000000-0000-4000-8000-000000000000';

function textOf(schema: z.core.$ZodType, { texts }: Knowledge): fc.Arbitrary<string> {
  // What the check lets through is what reaches the handler.
  const fitting = texts.filter((text) => safeParse(schema, text).success);
  return fc.oneof(
    { arbitrary: fc.constantFrom(...(fitting.length > 0 ? fitting : texts)), weight: 12 },
    { arbitrary: fc.nat(1000).map(answered), weight: safeParse(schema, SOME_ID).success ? 8 : 1 },
    { arbitrary: fc.constantFrom(...texts), weight: 1 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 20 }), weight: 1 },
    { arbitrary: fc.uuid(), weight: 1 },
    {
      arbitrary: fc.constantFrom('', '\0', '\n', '__proto__', 'constructor', 'x'.repeat(100_000), '\ud800'),
      weight: 1,
    },
  );
}

/** One field lost, replaced or added. */
function mutated(request: unknown): fc.Arbitrary<unknown> {
  if (typeof request !== 'object' || request === null) return garbage();
  const fields = Object.entries(request);
  if (fields.length === 0) return garbage();
  return fc
    .tuple(fc.nat(fields.length - 1), fc.constantFrom('lose', 'replace', 'add'), garbage())
    .map(([at, how, value]) => {
      const [key] = fields[at]!;
      const others = fields.filter(([name]) => name !== key);
      if (how === 'lose') return Object.fromEntries(others);
      if (how === 'replace') return Object.fromEntries([...others, [key, value]]);
      return Object.fromEntries([...fields, [`${key}2`, value]]);
    });
}

/** Anything that crosses from a page: what structured cloning takes, and what only looks like a request. */
function garbage(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.anything({
      withTypedArray: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withBigInt: true,
      withNullPrototype: true,
    }),
    fc.constantFrom(
      JSON.parse('{"__proto__":{"id":"x","path":"/etc/passwd"}}') as unknown,
      { constructor: { prototype: { id: 'x' } } },
      nested(500),
      new Uint8Array(new SharedArrayBuffer(8)),
      { bytes: new Uint8Array(new SharedArrayBuffer(8)), handle: answered(0) },
      { length: 2 ** 32, byteLength: 4 },
      Array.from({ length: 100_000 }, () => ({})),
      new Float64Array(3),
      new ArrayBuffer(8),
    ),
  );
}

function nested(depth: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < depth; level++) value = { commands: [value] };
  return value;
}
