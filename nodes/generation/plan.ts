/** What a graph generates, and from what: the generate node, its logits, the source whose ids grow, and the first ids. */
import {
  portPath,
  type InstancePath,
  type InstanceTree,
  type LeafInstance,
  type PortPath,
} from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { Asset, PatchbayDocument } from '../../graph/schema.ts';
import { numberParam } from '../definition.ts';
import { NODES } from '../registry.ts';
import type { SourcePlan } from '../sources.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { Tokenizers } from '../text/tokenizers.ts';
import type { GenerationOptions, TokenRows } from './generate-tokens.ts';

export const GENERATE_TYPE = 'generate';

export interface GenerationPlan {
  /** Of the generate node. */
  readonly path: InstancePath;
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

/** Generate nodes of a graph, in construction order. */
export function generateNodes(tree: InstanceTree): readonly LeafInstance[] {
  return tree.construction.filter(({ type }) => type === GENERATE_TYPE);
}

/** The plan for a generate node, or what is in its way. */
export function planGeneration(node: LeafInstance, context: GenerationContext): GenerationPlan | Problem {
  const { tree } = context;
  const problem = (code: string, message: string, port?: string): Problem => ({
    code,
    severity: 'error',
    message,
    place: { ...node.place, path: node.path, ...(port !== undefined && { port: { side: 'input', name: port } }) },
  });
  const logits = node.inputs['logits'];
  const ids = node.inputs['input_ids'];
  if (!logits) return problem('input.unconnected', 'logits is not connected: it says what comes next', 'logits');
  if (!ids) return problem('input.unconnected', 'input_ids is not connected: it says which ids grow', 'input_ids');
  const source = tree.byPath.get(ids.path);
  if (source?.kind !== 'leaf' || !NODES.get(source.type)?.source) {
    return problem('generate.source', `input_ids must come from a token input, not from ${ids.path}`, 'input_ids');
  }
  const prompt = promptOf(source, context);
  if (prompt === null) {
    return problem('generate.prompt', `${source.path} has no ids yet: write a text there, or bind ids`, 'input_ids');
  }
  const lengths = prompt.map(({ length }) => length);
  const other = lengths.findIndex((length) => length !== lengths[0]);
  if (other !== -1) {
    const message =
      `sequences that grow together must begin equally long: ` +
      `the first of ${source.path} has ${lengths[0]} tokens, number ${other + 1} has ${lengths[other]}`;
    return problem('generate.lengths', message, 'input_ids');
  }
  const isText = source.params['image_tokens'] !== undefined;
  return {
    path: node.path,
    logits: portPath(logits.path, logits.port),
    source: source.path,
    prompt,
    imageTokens: isText ? numberParam(source.params, 'image_tokens') : 0,
    vocabSize: isText ? numberParam(source.params, 'vocab_size') : null,
    tokenizer: tokenizerOf(source, context.document.assets, context.tokenizers),
    options: optionsOf(node),
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
