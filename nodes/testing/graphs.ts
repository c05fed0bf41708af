/** For tests: a graph of one node with its inputs and outputs as ports, and a document computed in float64. */
import { readFile } from 'node:fs/promises';
import { runReference } from '../../gpu/reference.ts';
import type { HostTensor } from '../../gpu/ops/record.ts';
import { analyse, type Analysis } from '../../graph/analyse.ts';
import { parseDocument } from '../../graph/file.ts';
import { describeProblem } from '../../graph/problems.ts';
import { FORMAT_VERSION, schemas, type ParameterValue, type PatchbayDocument } from '../../graph/schema.ts';
import type { PortDType, PortType } from '../../graph/signature.ts';
import { lower } from '../lower.ts';
import { NODES } from '../registry.ts';
import { planSources } from '../sources.ts';
import { drawWeights, planWeights } from '../weights.ts';

/** A tensor as the goldens hold it. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly number[] | Float32Array;
  /** Absent: f32. */
  readonly dtype?: PortDType;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * One node named `node`; `inputs` are ports of the graph wired to its inputs, and all its outputs are outputs.
 * @param dtypes element types of the inputs that are not f32.
 */
export function singleNode(
  type: string,
  params: Readonly<Record<string, ParameterValue>>,
  inputs: readonly string[],
  dtypes: Readonly<Record<string, PortDType>> = {},
): PatchbayDocument {
  const { outputs } = NODES.get(type)!;
  const port = (kind: 'input' | 'output', name: string) => ({
    id: `${kind} ${name}`,
    name,
    type: kind,
    ...(kind === 'input' && dtypes[name] && { params: { dtype: dtypes[name] } }),
    position: [0, 0],
  });
  const main = schemas().module.parse({
    name: 'Main',
    hyperparameters: [],
    nodes: [
      ...inputs.map((name) => port('input', name)),
      { id: 'node', name: 'node', type, params, position: [0, 0] },
      ...outputs.map(({ name }) => port('output', name)),
    ],
    edges: [
      ...inputs.map((name) => ({ from: [`input ${name}`, 'output'], to: ['node', name] })),
      ...outputs.map(({ name }) => ({ from: ['node', name], to: [`output ${name}`, 'input'] })),
    ],
  });
  return {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 0,
    main: 'Main',
    presets: [],
    modules: [main],
    assets: [],
  };
}

/** The document of `template:<name>`; nodes know nothing of the templates' registry, so it is read as a file. */
export async function templateDocument(name: string): Promise<PatchbayDocument> {
  return parseDocument(await readFile(new URL(`../../templates/${name}.patchbay`, import.meta.url), 'utf8')).document;
}

/** The document of template:vit. */
export function vitTemplate(): Promise<PatchbayDocument> {
  return templateDocument('vit');
}

/** Types of tensors as inputs bound from outside. */
export function typesOf(tensors: Tensors): ReadonlyMap<string, PortType> {
  return new Map(
    Object.entries(tensors).map(([name, { shape, dtype = 'f32' }]) => [
      name,
      { dims: shape.map((size) => ({ size })), dtype, flow: 'tensor' },
    ]),
  );
}

/** Shapes of a document with these tensors bound to its inputs. */
export function analyseBound(document: PatchbayDocument, inputs: Tensors, values = {}): Analysis {
  return analyse(document, NODES, { bound: typesOf(inputs), values, preset: null });
}

export interface Computed {
  readonly outputs: ReadonlyMap<string, HostTensor>;
  readonly taps: ReadonlyMap<string, HostTensor>;
}

/**
 * Every output and tap of the document, in float64.
 * @param weights in place of those drawn from the seed.
 * @throws {Error} with the first error, if there is one.
 */
export async function compute(
  document: PatchbayDocument,
  inputs: Tensors,
  {
    values = {},
    weights,
    taps = [],
  }: {
    readonly values?: Readonly<Record<string, ParameterValue>>;
    readonly weights?: Tensors;
    readonly taps?: readonly string[];
  } = {},
): Promise<Computed> {
  const { tree, inference, problems } = analyseBound(document, inputs, values);
  const error = problems.find(({ severity }) => severity === 'error');
  if (error) throw new Error(describeProblem(error));
  const plan = planWeights(tree, document.seed);
  const hashes = new Map(Object.keys(inputs).map((name) => [name, name]));
  const { keys } = planSources(tree, inference, document, hashes);
  const { graph } = lower(tree, inference, { weights: plan.recipes, sources: keys, taps });
  const drawn = drawWeights(plan.recipes.values());
  return runReference(graph, ({ kind, name }) => {
    const given = kind === 'input' ? inputs[name] : weights?.[name.replace(/^node\.?/, '')];
    return Promise.resolve(given ? Float32Array.from(given.data) : drawn.get(name)!);
  });
}
