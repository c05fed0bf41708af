/** The losses of a graph, and what of each a process can compute of its own samples. */
import {
  portPath,
  type InstancePath,
  type LeafInstance,
  type ModuleInstance,
  type Source,
} from '../../../graph/instance.ts';
import type { ExportSource } from '../../target.ts';
import { Names } from '../names.ts';
import { isAsShipped } from '../shipped.ts';
import { CONTRASTIVE_MODULES, contrastiveModules } from './contrastive-modules.ts';
import { canBeExposed, type Feature } from './features.ts';
import { findMixing, type Mixing } from './mixing.ts';

/** A number of the scores: a value of the graph, or one that is written there. */
export interface Operand {
  readonly from: Source | number;
  /** Divides in place of multiplying. */
  readonly inverse: boolean;
}

/** A loss over the scores images · textsᵀ · scale + bias. */
export interface ContrastiveLoss {
  readonly kind: 'contrastive';
  readonly loss: 'clip' | 'siglip';
  readonly images: Source;
  readonly texts: Source;
  readonly scale?: Operand;
  readonly bias?: Operand;
}

export interface GraphLoss {
  /** The main module's output. */
  readonly output: string;
  readonly how:
    | ContrastiveLoss
    /** An average over samples. */
    | { readonly kind: 'mean' }
    /** Samples meet, first at this node. */
    | { readonly kind: 'joint'; readonly at: LeafInstance };
}

/** Losses in the order of the outputs. @param sampled inputs whose first axis is the batch. */
export function findLosses(source: ExportSource, sampled: ReadonlySet<InstancePath>): readonly GraphLoss[] {
  const { tree, inference } = source;
  const mixing = findMixing(tree, inference, sampled);
  const modules = contrastiveModules(tree);
  return Object.entries(tree.root.outputs).flatMap(([output, value]): readonly GraphLoss[] => {
    const module = modules.find(({ outputs }) => same(outputs['loss'], value));
    const type = inference.outputs.get(output);
    const isNumber = type?.dtype === 'f32' && type.dims.length === 0;
    if (!isNumber || !(module || type.flow === 'loss' || /(?:^|_)loss(?:_|$)/i.test(output))) return [];
    const contrastive = module && findContrastive(source, module, mixing);
    if (contrastive) return [{ output, how: contrastive }];
    const batch = mixing.batchOf(value);
    // What depends on no sample teaches nothing.
    if (batch === 'none') return [];
    if (batch === 'mean') return [{ output, how: { kind: 'mean' } }];
    const at = mixing.meetingOf(value);
    return at ? [{ output, how: { kind: 'joint', at } }] : [];
  });
}

/** What the contrastive losses compare, each value once: that of the first, and what others take beside it. */
export function featuresOf(losses: readonly GraphLoss[]): readonly Feature[] {
  const features: Feature[] = [];
  const names = new Names();
  const add = (name: string, value: Source | number | undefined): void => {
    if (value === undefined || typeof value === 'number') return;
    if (!features.some((feature) => same(feature.value, value))) features.push({ name: names.claim(name), value });
  };
  for (const { how } of losses) {
    if (how.kind !== 'contrastive') continue;
    add('images', how.images);
    add('texts', how.texts);
    add('scale', how.scale?.from);
    add('bias', how.bias?.from);
  }
  return features;
}

export function same(a: Source | undefined, b: Source | undefined): boolean {
  return a !== undefined && b !== undefined && a.path === b.path && a.port === b.port;
}

/** The features behind a shipped loss; undefined where its scores are made in another way. */
function findContrastive(
  source: ExportSource,
  { module, inputs }: ModuleInstance,
  { batchOf }: Mixing,
): ContrastiveLoss | undefined {
  const definitions = new Map(source.document.modules.map((definition) => [definition.name, definition]));
  if (!isAsShipped(definitions.get(module)!, definitions)) return undefined;
  const scores = scoresOf(source, inputs['logits_per_image'], inputs['logits_per_text']);
  if (!scores) return undefined;
  const numbers = [scores.scale, scores.bias].map((operand) => operand?.from);
  const isShared = numbers.every((from) => from === undefined || typeof from === 'number' || batchOf(from) === 'none');
  const isApart = [scores.images, scores.texts].every((features) => batchOf(features) === 0);
  const values = [scores.images, scores.texts, ...numbers.filter((from) => typeof from === 'object')];
  if (!isShared || !isApart || !values.every((value) => canBeExposed(source, value))) return undefined;
  return { kind: 'contrastive', loss: CONTRASTIVE_MODULES[module as keyof typeof CONTRASTIVE_MODULES], ...scores };
}

type Scores = Pick<ContrastiveLoss, 'images' | 'texts' | 'scale' | 'bias'>;

/** Scores of pictures with texts, the other way round being their transpose. */
function scoresOf(source: ExportSource, perImage: Source | undefined, perText: Source | undefined): Scores | undefined {
  if (!perImage || !perText) return undefined;
  if (same(transposed(source, perText), perImage)) return productOf(source, perImage);
  if (!same(transposed(source, perImage), perText)) return undefined;
  const product = productOf(source, perText);
  return product && { ...product, images: product.texts, texts: product.images };
}

function productOf(source: ExportSource, scores: Source): Scores | undefined {
  let at = leafOf(source, scores);
  const bias = at?.type === 'add' ? numberOf(source, at) : undefined;
  if (bias) at = leafOf(source, bias.of);
  const scale = at?.type === 'multiply' || at?.type === 'divide' ? numberOf(source, at) : undefined;
  if (scale) at = leafOf(source, scale.of);
  const [images, columns] = [at?.inputs['a'], at?.inputs['b']];
  const texts = columns && transposed(source, columns);
  if (at?.type !== 'matmul' || !images || !texts) return undefined;
  return { images, texts, ...(scale && { scale: scale.operand }), ...(bias && { bias: bias.operand }) };
}

/** A matrix and a number beside it, on either side where the order does not matter. */
function numberOf(
  source: ExportSource,
  leaf: LeafInstance,
): { readonly of: Source; readonly operand: Operand } | undefined {
  const { a, b } = leaf.inputs;
  const inverse = leaf.type === 'divide';
  if (a && !b) return { of: a, operand: { from: Number(leaf.params['value']!.value), inverse } };
  if (!a || !b) return undefined;
  if (isNumber(source, b)) return { of: a, operand: { from: b, inverse } };
  return isNumber(source, a) && !inverse ? { of: b, operand: { from: a, inverse } } : undefined;
}

/** A scalar, or as published models have it one number along an axis. */
function isNumber({ inference }: ExportSource, { path, port }: Source): boolean {
  const dims = inference.outputs.get(portPath(path, port))?.dims;
  return dims !== undefined && dims.length <= 1 && dims.every(({ size }) => size === 1);
}

/** What a matrix is the transpose of. */
function transposed(source: ExportSource, value: Source): Source | undefined {
  const leaf = leafOf(source, value);
  const axes = [leaf?.params['dim0']?.value, leaf?.params['dim1']?.value].map((axis) => (Number(axis) + 2) % 2);
  const input = leaf?.inputs['input'];
  const type = input && source.inference.outputs.get(portPath(input.path, input.port));
  return leaf?.type === 'transpose' && type?.dims.length === 2 && axes[0] !== axes[1] ? input : undefined;
}

function leafOf({ tree }: ExportSource, { path }: Source): LeafInstance | undefined {
  const leaf = tree.byPath.get(path);
  return leaf?.kind === 'leaf' ? leaf : undefined;
}
