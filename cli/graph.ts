/** From GRAPH and its flags to an instance tree with shapes. */
import { dirname } from 'node:path';
import { elaborate } from '../graph/elaborate.ts';
import { parseDocument } from '../graph/file.ts';
import { infer } from '../graph/infer.ts';
import { allProblems } from '../graph/instance.ts';
import type { Inference, InstanceTree } from '../graph/instance.ts';
import { describeProblem } from '../graph/problems.ts';
import type { Problem } from '../graph/problems.ts';
import type { GraphModule, ParameterValue, PatchbayDocument } from '../graph/schema.ts';
import type { PortType } from '../graph/signature.ts';
import { NODES } from '../nodes/registry.ts';
import { TEMPLATES } from '../templates/registry.ts';
import type { Call } from './command.ts';
import { UsageError, UserError } from './errors.ts';
import { readBytes } from './files.ts';
import { PRESET, SEED, SET } from './flags.ts';

const TEMPLATE = 'template:';

/** A document with the choices of the call made. */
export interface LoadedGraph {
  readonly document: PatchbayDocument;
  /** Where paths in the document start. */
  readonly folder: string;
  /** Values of `--set`. */
  readonly values: Readonly<Record<string, ParameterValue>>;
}

export interface ElaboratedGraph extends LoadedGraph {
  readonly tree: InstanceTree;
  readonly inference: Inference;
  /** Errors and warnings, causes only. */
  readonly problems: readonly Problem[];
}

/**
 * Reads GRAPH and applies --preset, --set and --seed.
 * @throws {UserError} where the template, file, preset or name does not exist, or a value does not fit; {DocumentError} for a broken file.
 */
export async function loadGraph(call: Call): Promise<LoadedGraph> {
  const reference = call.operands[0]!;
  const { document, folder } = await readDocument(reference);
  const seed = call.value(SEED);
  const preset = call.value(PRESET) ?? document.preset;
  if (call.has(PRESET) && !document.presets.some(({ name }) => name === preset)) {
    const names = document.presets.map(({ name }) => name);
    throw new UserError(
      `${reference}: there is no preset "${preset}"; ${names.length > 0 ? `there are ${names.join(', ')}` : 'it has none'}`,
    );
  }
  return {
    document: {
      ...document,
      ...(preset === undefined ? {} : { preset }),
      ...(seed === undefined ? {} : { seed: parseSeed(seed) }),
    },
    folder,
    values: parseValues(call.values(SET), document, reference),
  };
}

/** Unfolds the modules and infers every shape; inputs that are bound from outside bring their types. */
export function elaborateGraph(graph: LoadedGraph, bound: ReadonlyMap<string, PortType> = new Map()): ElaboratedGraph {
  const tree = elaborate(graph.document, NODES, { values: graph.values });
  const inference = infer(tree, NODES, bound);
  return { ...graph, tree, inference, problems: allProblems(tree, inference) };
}

/** @throws {UserError} with the first error, if there is one. */
export function rejectErrors(problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more; see patchbay check)` : '';
  throw new UserError(describeProblem(errors[0]!) + more);
}

async function readDocument(reference: string): Promise<{ document: PatchbayDocument; folder: string }> {
  if (!reference.startsWith(TEMPLATE)) {
    const { document } = parseDocument(await readBytes(reference));
    return { document, folder: dirname(reference) };
  }
  const name = reference.slice(TEMPLATE.length);
  const template = TEMPLATES.find((candidate) => candidate.name === name);
  if (!template)
    throw new UserError(`there is no template "${name}"; there are ${TEMPLATES.map((known) => known.name).join(', ')}`);
  return { document: await template.load(), folder: '.' };
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new UsageError(`--seed ${text}: a seed is a whole number from 0`);
  return seed;
}

function parseValues(
  settings: readonly string[],
  document: PatchbayDocument,
  reference: string,
): Record<string, ParameterValue> {
  const main = document.modules.find(({ name }) => name === document.main);
  const values: Record<string, ParameterValue> = {};
  for (const setting of settings) {
    const match = /^([^=]+)=(.*)$/s.exec(setting);
    if (!match) throw new UsageError(`--set ${setting}: write NAME=VALUE`);
    const [, name, text] = match as unknown as [string, string, string];
    values[name] = parseValue(name, text, main, reference);
  }
  return values;
}

/** Reads a value as the type that the main module gives to the name. */
function parseValue(name: string, text: string, main: GraphModule | undefined, reference: string): ParameterValue {
  const hyperparameter = main?.hyperparameters.find((candidate) => candidate.name === name);
  const size = main?.sizes?.find((candidate) => candidate.name === name);
  if (!hyperparameter && !size) {
    const known = [...(main?.hyperparameters ?? []), ...(main?.sizes ?? [])].map((candidate) => candidate.name);
    throw new UserError(`${reference}: there is no hyperparameter or size "${name}"; there are ${known.join(', ')}`);
  }
  const type = hyperparameter?.type ?? 'int';
  const value = readAs(type, text.trim());
  if (value === undefined) throw new UserError(`${name}: "${text}" is no ${TYPE_NAMES[type]}`);
  const { minimum, maximum } = {
    minimum: hyperparameter?.minimum ?? (size ? 0 : undefined),
    maximum: hyperparameter?.maximum,
  };
  if (typeof value === 'number' && minimum !== undefined && value < minimum)
    throw new UserError(`${name}: ${value} is below ${minimum}`);
  if (typeof value === 'number' && maximum !== undefined && value > maximum)
    throw new UserError(`${name}: ${value} is above ${maximum}`);
  return value;
}

type ValueType = GraphModule['hyperparameters'][number]['type'];

const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  int: 'whole number',
  float: 'number',
  bool: 'truth value (true or false)',
  string: 'text',
};

function readAs(type: ValueType, text: string): ParameterValue | undefined {
  switch (type) {
    case 'int':
      return /^[+-]?\d+(\.0*)?$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'float':
      return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'bool':
      return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : undefined;
    case 'string':
      return text;
    default:
      return type satisfies never;
  }
}
