/** What a graph generates, and from what: the generate node, its logits, the source whose ids grow, and the first ids. */
import {
  isIdle,
  portPath,
  type InstancePath,
  type InstanceTree,
  type LeafInstance,
  type PortPath,
  type Source,
} from '../../graph/instance.ts';
import type { Problem, ProblemPlace } from '../../graph/problems.ts';
import type { Asset, PatchbayDocument } from '../../graph/schema.ts';
import { numberParam } from '../definition.ts';
import { NODES } from '../registry.ts';
import type { SourcePlan } from '../sources.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { Tokenizers } from '../text/tokenizers.ts';
import type { GenerationOptions, TokenRows } from './generate-tokens.ts';

export const GENERATE_TYPE = 'generate';
const TOKEN_TYPE = 'token_input';

/** The defaults of the generate node. */
const STANDARD: GenerationOptions = { tokens: 20, temperature: 0, topK: 0, topP: 1, seed: 0, eosTokenId: null };

export interface GenerationPlan {
  /** Where problems are told. */
  readonly place: ProblemPlace;
  /** Where its logits come from: `[batch, length, vocab]`. */
  readonly logits: PortPath;
  /** The source node whose ids grow. */
  readonly source: InstancePath;
  readonly prompt: TokenRows;
  /** How many of the ids at the front stand for the image: they are no text. */
  readonly imageTokens: number;
  /** Ids must be below it; null where nothing says. */
  readonly vocabSize: number | null;
  /** Absent where ids come from outside and nothing says what they mean. */
  readonly tokenizer: Tokenizer | null;
  readonly options: GenerationOptions;
}

/** What is known of a graph when its generation is planned. */
export interface GenerationContext {
  readonly tree: InstanceTree;
  readonly document: Pick<PatchbayDocument, 'assets'>;
  readonly sources: SourcePlan;
  readonly tokenizers: Tokenizers;
  /** Ids that are bound from outside, row by row, by the path of their source. */
  readonly bound: ReadonlyMap<InstancePath, TokenRows>;
}

/** Generate nodes of a graph that are called, in construction order. */
export function generateNodes(tree: InstanceTree): readonly LeafInstance[] {
  return calledLeaves(tree, GENERATE_TYPE);
}

function calledLeaves({ construction, idle }: InstanceTree, wanted: string): readonly LeafInstance[] {
  return construction.filter(({ type, path }) => type === wanted && !isIdle(idle, path));
}

/** Where generation begins and ends in a graph. */
export interface GenerationEnds {
  /** Where problems are told. */
  readonly place: ProblemPlace;
  readonly logits: Source;
  /** What the ids come from. */
  readonly ids: Source;
  readonly options: GenerationOptions;
}

/** The ends of a generate node, or what is not wired. */
export function endsOfNode(node: LeafInstance): GenerationEnds | Problem {
  const place = { ...node.place, path: node.path };
  const unconnected = (port: string, message: string): Problem => ({
    code: 'input.unconnected',
    severity: 'error',
    message,
    place: { ...place, port: { side: 'input', name: port } },
  });
  const { logits, input_ids: ids } = node.inputs;
  if (!logits) return unconnected('logits', 'logits is not connected: it says what comes next');
  if (!ids) return unconnected('input_ids', 'input_ids is not connected: it says which ids grow');
  return { place, logits, ids, options: optionsOf(node) };
}

/**
 * The ends of a graph that has no generate node, but an output `logits` and a single token input; null where it has
 * not, or it has several.
 */
export function endsOfOutputs(tree: InstanceTree): GenerationEnds | null {
  const logits = tree.root.outputs['logits'];
  const [ids, ...others] = calledLeaves(tree, TOKEN_TYPE);
  if (!logits || !ids || others.length > 0) return null;
  return { place: { path: ids.path }, logits, ids: { path: ids.path, port: 'ids' }, options: STANDARD };
}

/** The plan of what is generated between these ends, or what is in its way. */
export function planGeneration(
  { place, logits, ids, options }: GenerationEnds,
  context: GenerationContext,
): GenerationPlan | Problem {
  const problem = (code: string, message: string): Problem => ({ code, severity: 'error', message, place });
  const source = context.tree.byPath.get(ids.path);
  if (source?.kind !== 'leaf' || !NODES.get(source.type)?.source) {
    return problem('generate.source', `the ids must come from a token input, not from ${ids.path}`);
  }
  const prompt = promptOf(source, context);
  if (prompt === null)
    return problem('generate.prompt', `${source.path} has no ids yet: write a text there, or bind ids`);
  const lengths = prompt.map(({ length }) => length);
  const other = lengths.findIndex((length) => length !== lengths[0]);
  if (other !== -1) {
    const message =
      `sequences that grow together must begin equally long: ` +
      `the first of ${source.path} has ${lengths[0]} tokens, number ${other + 1} has ${lengths[other]}`;
    return problem('generate.lengths', message);
  }
  const isText = source.type === TOKEN_TYPE;
  return {
    place,
    logits: portPath(logits.path, logits.port),
    source: source.path,
    prompt,
    imageTokens: isText ? numberParam(source.params, 'image_tokens') : 0,
    vocabSize: isText ? numberParam(source.params, 'vocab_size') : null,
    tokenizer: tokenizerOf(source, context.document.assets, context.tokenizers),
    options,
  };
}

function optionsOf({ params }: LeafInstance): GenerationOptions {
  const eos = numberParam(params, 'eos_token_id');
  return {
    tokens: numberParam(params, 'tokens'),
    temperature: numberParam(params, 'temperature'),
    topK: numberParam(params, 'top_k'),
    topP: numberParam(params, 'top_p'),
    seed: numberParam(params, 'seed'),
    eosTokenId: eos === -1 ? null : eos,
  };
}

/** Ids without padding: sequences grow at their end. */
function promptOf({ path, params }: LeafInstance, { sources, bound }: GenerationContext): TokenRows | null {
  const given = bound.get(path);
  if (given) return given;
  const from = sources.recipes.get(path)?.from;
  if (from?.kind !== 'tokens') return null;
  const { rows } = from;
  return Array.from({ length: numberParam(params, 'batch') }, (_, place) => rows[place % rows.length]!);
}

/** The tokenizer of a token input; null for another source, or where the tokenizer's file is missing. */
export function tokenizerOf(
  { type, params }: LeafInstance,
  assets: readonly Asset[],
  tokenizers: Tokenizers,
): Tokenizer | null {
  const definition = NODES.get(type);
  const spec = definition?.source?.(params, { dims: [], dtype: 'i32', flow: 'tokens' });
  if (spec?.kind !== 'tokens') return null;
  const found = tokenizers.find(spec.tokenizer, assets);
  return 'fault' in found ? null : found;
}
