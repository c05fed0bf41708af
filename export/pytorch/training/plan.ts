/** What train.py has for a graph: its losses, how each is shared out among processes, and where samples come from. */
import type { Source } from '../../../graph/instance.ts';
import type { PortType } from '../../../graph/signature.ts';
import type { SourceSpec } from '../../../nodes/definition.ts';
import { binary, call, float, int, method, name, tuple, type Python } from '../../../nodes/python.ts';
import { NODES } from '../../../nodes/registry.ts';
import type { ExportSource } from '../../target.ts';
import type { ForwardArgument } from '../forward.ts';
import type { ModelFile } from '../model-file.ts';
import type { InputReaders } from '../readers.ts';
import type { ContrastiveFile, ScoreNumbers } from './contrastive-file.ts';
import type { Feature } from './features.ts';
import { featuresOf, same, type ContrastiveLoss, type GraphLoss, type Operand } from './losses.ts';
import { sampledInputs } from './sampled.ts';

export interface TrainingLoss {
  /** As the graph calls it. */
  readonly output: string;
  readonly how:
    | ({ readonly kind: 'contrastive'; readonly loss: 'clip' | 'siglip' } & Comparison)
    | { readonly kind: 'mean' }
    | { readonly kind: 'joint'; readonly reason: string };
}

/** How contrastive.py is called with the features. */
export interface Comparison {
  /** Its arguments; absent where they are the features as they come. */
  readonly args?: readonly Python[];
  /** Features that it does not read. */
  readonly unread: readonly string[];
}

export interface TrainingInputs {
  /** Inputs that are read from a table, by the graph's names. */
  readonly columns: ReadonlyMap<string, { readonly kind: 'picture' | 'text' | 'number'; readonly column: string }>;
  /** What is drawn for a sample, by the name of the argument. */
  readonly drawn: ReadonlyMap<string, Python>;
  /** Inputs that are the same for every sample, by the graph's names. */
  readonly fixed: readonly string[];
}

export interface TrainingPlan {
  readonly losses: readonly TrainingLoss[];
  /** What the model's method gives, in order; absent where no loss compares samples. */
  readonly contrast?: { readonly names: readonly string[]; readonly method: string; readonly file: ContrastiveFile };
  /** Whether some loss leaves weights without a gradient. */
  readonly idleWeights: boolean;
  readonly inputs: TrainingInputs;
}

/** @returns undefined for a graph without a loss, or with nothing that could learn. */
export function planTraining(
  source: ExportSource,
  { plan, forward }: ModelFile,
  readers: InputReaders,
): TrainingPlan | undefined {
  if (plan.losses.length === 0 || source.weights.recipes.size === 0) return undefined;
  const features = featuresOf(plan.losses);
  const file = contrastiveFile(plan.losses);
  return {
    losses: plan.losses.map(({ output, how }) => ({ output, how: planLoss(how, features, file) })),
    ...(plan.features && { contrast: { names: features.map((f) => f.name), method: plan.features.method, file } }),
    idleWeights: plan.losses.some((loss) => leavesWeights(source, loss, features)),
    inputs: planInputs(source, forward.inputs, readers),
  };
}

function contrastiveFile(losses: readonly GraphLoss[]): ContrastiveFile {
  const numbersOf = (loss: ContrastiveLoss['loss']): ScoreNumbers | undefined => {
    const found = losses.flatMap(({ how }) => (how.kind === 'contrastive' && how.loss === loss ? [how] : []));
    if (found.length === 0) return undefined;
    return { scale: found.some(({ scale }) => scale), bias: found.some(({ bias }) => bias) };
  };
  const [clip, siglip] = [numbersOf('clip'), numbersOf('siglip')];
  return { ...(clip && { clip }), ...(siglip && { siglip }) };
}

function planLoss(how: GraphLoss['how'], features: readonly Feature[], file: ContrastiveFile): TrainingLoss['how'] {
  switch (how.kind) {
    case 'mean':
      return how;
    case 'joint': {
      const title = NODES.get(how.at.type)?.title ?? how.at.type;
      return { kind: 'joint', reason: `the node ${how.at.path} (${title}) brings samples of the batch together` };
    }
    case 'contrastive':
      return { kind: 'contrastive', loss: how.loss, ...compare(how, features, file[how.loss]!) };
    default:
      return how satisfies never;
  }
}

function compare(how: ContrastiveLoss, features: readonly Feature[], numbers: ScoreNumbers): Comparison {
  const read = new Set<string>();
  const feature = (value: Source): Python => {
    const known = features.find((candidate) => same(candidate.value, value))!;
    read.add(known.name);
    return name(known.name);
  };
  const images = feature(how.images);
  const number = (operand: Operand | undefined, neutral: number): Python => {
    const from = operand?.from ?? neutral;
    if (typeof from === 'object') return operand!.inverse ? binary('/', int(1), feature(from)) : feature(from);
    return method(images, 'new_tensor', [float(operand?.inverse ? 1 / from : from)]);
  };
  const args = [
    images,
    feature(how.texts),
    ...(numbers.scale ? [number(how.scale, 1)] : []),
    ...(numbers.bias ? [number(how.bias, 0)] : []),
  ];
  const unread = features.map((candidate) => candidate.name).filter((candidate) => !read.has(candidate));
  const asTheyCome =
    args.length === features.length &&
    args.every((arg, index) => arg.kind === 'name' && arg.name === features[index]!.name);
  return { ...(!asTheyCome && { args }), unread };
}

/** Whether there are weights that a loss does not depend on. */
function leavesWeights(
  { tree, weights }: ExportSource,
  { output, how }: GraphLoss,
  features: readonly Feature[],
): boolean {
  const pending =
    how.kind === 'contrastive' ? features.map(({ value }) => value.path) : [tree.root.outputs[output]!.path];
  const seen = new Set<string>();
  const owners = new Set<string>();
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const leaf = tree.byPath.get(path);
    if (leaf?.kind !== 'leaf' || seen.has(path)) continue;
    seen.add(path);
    owners.add(leaf.weightPath);
    for (const input of Object.values(leaf.inputs)) pending.push(input.path);
  }
  return [...weights.recipes.values()].some(({ owner }) => !owners.has(owner));
}

function planInputs(source: ExportSource, inputs: readonly ForwardArgument[], readers: InputReaders): TrainingInputs {
  const { pictures, texts } = readers;
  const sampled = sampledInputs(source);
  const columns = new Map<string, TrainingInputs['columns'] extends ReadonlyMap<string, infer C> ? C : never>();
  const drawn = new Map<string, Python>();
  const fixed: string[] = [];
  const samples = inputs.filter(({ port }) => sampled.has(port));
  const table = samples.some(({ port }) => pictures.has(port) || texts.has(port));
  for (const { port, name: argument, type } of inputs) {
    const leaf = source.tree.byPath.get(port);
    const spec = leaf?.kind === 'leaf' && type ? NODES.get(leaf.type)?.source?.(leaf.params, type) : undefined;
    const isNumber = leaf?.kind === 'leaf' && leaf.type === 'input' && type?.dims.length === 1;
    if (!sampled.has(port) || !type) fixed.push(port);
    else if (pictures.has(port)) columns.set(port, { kind: 'picture', column: pictures.size > 1 ? port : 'image' });
    else if (texts.has(port)) columns.set(port, { kind: 'text', column: texts.size > 1 ? port : 'caption' });
    else if (table && isNumber) columns.set(port, { kind: 'number', column: port });
    else if (spec?.kind === 'random') drawn.set(argument, drawOf(spec, type));
  }
  return { columns, drawn, fixed };
}

/** What a random input is for one sample, by a generator of that name. */
function drawOf({ initializer }: Extract<SourceSpec, { kind: 'random' }>, { dims, dtype }: PortType): Python {
  const shape = tuple(...dims.slice(1).map(({ size }) => int(size)));
  const generator = name('generator');
  switch (initializer.kind) {
    case 'uniform':
      return method(call('torch.empty', [shape]), 'uniform_', [float(initializer.low), float(initializer.high)], {
        generator,
      });
    case 'normal': {
      const drawn = call('torch.randn', [shape], { generator });
      const scaled = initializer.std === 1 ? drawn : binary('*', drawn, float(initializer.std));
      return initializer.mean === 0 ? scaled : binary('+', scaled, float(initializer.mean));
    }
    default: {
      const types = { f32: 'torch.float32', i32: 'torch.int64', bool: 'torch.bool' } as const;
      return call('torch.zeros', [shape], { dtype: name(types[dtype]) });
    }
  }
}
