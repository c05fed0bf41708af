/** Whether a value is a document, as the schema and the identities in it demand; if not, where and why. */
import type { z } from 'zod';
import { edgeKey } from './diff.ts';
import type { JsonPath } from './json.ts';
import type { PatchbayDocument } from './schema.ts';

export interface Fault {
  readonly reason: string;
  readonly path: JsonPath;
}

type Issue = z.core.$ZodIssue;

/** The first thing in which a value differs from a schema. */
export function schemaFault(schema: z.ZodType, value: unknown): Fault | undefined {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return undefined;
  return issueFault(result.error.issues[0]!, []);
}

function issueFault(issue: Issue, before: JsonPath): Fault {
  const path = [...before, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of the alternatives, the one that the value comes closest to.
    const [nearest] = issue.errors.toSorted((a, b) => nearness(a) - nearness(b));
    if (nearest?.[0] && nearest.every(({ path: inner }) => inner.length > 0)) return issueFault(nearest[0], path);
    const wanted = issue.errors.flatMap(([first]) => (first?.code === 'invalid_type' ? [first.expected] : []));
    return { reason: `${wanted.join(' or ')} expected, not ${kindOf(issue.input)}`, path };
  }
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return { reason: `this field is missing; ${issue.expected} expected`, path };
    return { reason: `${issue.expected} expected, not ${kindOf(issue.input)}`, path };
  }
  if (issue.code === 'invalid_value' && issue.values.length > 0)
    return { reason: `${issue.values.map((value) => JSON.stringify(value)).join(' or ')} expected`, path };
  const message = issue.message.replace(/^Invalid input: /, '');
  return { reason: message.charAt(0).toLowerCase() + message.slice(1), path };
}

/** The fewer faults, the nearer. */
function nearness(issues: readonly Issue[]): number {
  return issues.length;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Two records that edits could not tell apart: the same id in one list, the same name where a name is the identity. */
export function duplicates(document: PatchbayDocument): Fault | undefined {
  const lists: [what: string, path: JsonPath, keys: readonly string[], field: string][] = [
    ['preset', ['presets'], document.presets.map(({ name }) => name), 'name'],
    ['module', ['modules'], document.modules.map(({ name }) => name), 'name'],
    ['picture', ['assets'], document.assets.map(({ id }) => id), 'id'],
  ];
  for (const [index, module] of document.modules.entries()) {
    const within: JsonPath = ['modules', index];
    const values = [...module.hyperparameters, ...(module.sizes ?? [])].map(({ name }) => name);
    lists.push(
      ['node', [...within, 'nodes'], module.nodes.map(({ id }) => id), 'id'],
      ['hyperparameter', [...within, 'hyperparameters'], module.hyperparameters.map(({ name }) => name), 'name'],
      ['size', [...within, 'sizes'], (module.sizes ?? []).map(({ name }) => name), 'name'],
      ['wire', [...within, 'edges'], module.edges.map(edgeKey), ''],
      ['frame', [...within, 'frames'], (module.frames ?? []).map(({ id }) => id), 'id'],
      ['note', [...within, 'notes'], (module.notes ?? []).map(({ id }) => id), 'id'],
    );
    const both = firstDuplicate(values);
    if (both !== undefined && module.hyperparameters.length > 0 && both >= module.hyperparameters.length) {
      const path = [...within, 'sizes', both - module.hyperparameters.length, 'name'];
      return { reason: `"${values[both]}" names a hyperparameter and a size`, path };
    }
  }
  for (const [what, path, keys, field] of lists) {
    const second = firstDuplicate(keys);
    if (second === undefined) continue;
    const same = field === '' ? 'between the same ports' : `of ${field} "${keys[second]}"`;
    return {
      reason: `there are two ${what}s ${same}; they could not be told apart`,
      path: field === '' ? [...path, second] : [...path, second, field],
    };
  }
  return undefined;
}

/** Index of the first item that stands before as well. */
function firstDuplicate(keys: readonly string[]): number | undefined {
  const seen = new Set<string>();
  for (const [index, key] of keys.entries()) {
    if (seen.has(key)) return index;
    seen.add(key);
  }
  return undefined;
}
