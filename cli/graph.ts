/** From GRAPH and its flags to an instance tree with shapes. */
import { dirname } from 'node:path';
import { DocumentError, parseDocument } from '../graph/file.ts';
import { describeProblem } from '../graph/problems.ts';
import type { Problem } from '../graph/problems.ts';
import type { Overrides } from '../graph/root-values.ts';
import type { ParameterValue, PatchbayDocument } from '../graph/schema.ts';
import { TEMPLATES } from '../templates/registry.ts';
import type { Call } from './command.ts';
import { UsageError, UserError } from './errors.ts';
import { readBytes } from './files.ts';
import { PRESET, SEED, SET } from './flags.ts';

const TEMPLATE = 'template:';

/** A document and the choices of the call. */
export interface LoadedGraph {
  readonly document: PatchbayDocument;
  /** Where paths in the document start. */
  readonly folder: string;
  readonly overrides: Overrides;
}

/**
 * Reads GRAPH and the flags that say what it is: --preset, --set, --seed.
 * @throws {UserError} where there is no such template or file, or it is broken; {UsageError} for a malformed flag.
 */
export async function loadGraph(call: Call): Promise<LoadedGraph> {
  const { document, folder } = await readDocument(call.operands[0]!);
  const seed = call.value(SEED);
  const preset = call.value(PRESET);
  return {
    document: seed === undefined ? document : { ...document, seed: parseSeed(seed) },
    folder,
    overrides: { values: parseSettings(call.values(SET), document), ...(preset === undefined ? {} : { preset }) },
  };
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
    return { document: parse(await readBytes(reference), reference), folder: dirname(reference) };
  }
  const name = reference.slice(TEMPLATE.length);
  const template = TEMPLATES.find((candidate) => candidate.name === name);
  if (!template) {
    throw new UserError(`there is no template "${name}"; there are ${TEMPLATES.map((known) => known.name).join(', ')}`);
  }
  return { document: await template.load(), folder: '.' };
}

/** A document's errors know places in the file, not the file. */
function parse(bytes: Uint8Array, file: string): PatchbayDocument {
  try {
    return parseDocument(bytes).document;
  } catch (error) {
    if (error instanceof DocumentError) throw new UserError(`${file}: ${error.message}`);
    throw error;
  }
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new UsageError(`--seed ${text}: a seed is a whole number from 0`);
  return seed;
}

/** Whether a name exists and takes the value is for the graph to say: `elaborate` reports it as any other problem. */
function parseSettings(settings: readonly string[], document: PatchbayDocument): Record<string, ParameterValue> {
  const main = document.modules.find(({ name }) => name === document.main);
  const entries = settings.map((setting): [string, ParameterValue] => {
    const split = setting.indexOf('=');
    if (split < 1) throw new UsageError(`--set ${setting}: write NAME=VALUE`);
    const [name, text] = [setting.slice(0, split), setting.slice(split + 1).trim()];
    const isText = main?.hyperparameters.find((candidate) => candidate.name === name)?.type === 'string';
    return [name, isText ? text : parseValue(text)];
  });
  return Object.fromEntries(entries);
}

/** A number, a truth value, or an expression in Python's spelling. */
function parseValue(text: string): ParameterValue {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : text;
}
