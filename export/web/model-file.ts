/** model.json and weights.bin: the plan as the page's loader reads it, and the numbers that it starts from. */
import { elementCount, type TensorType } from '../../gpu/ir/types.ts';
import type { Access, Place, Plan, PlanLeaf, PlanShader, Step } from '../../gpu/plan.ts';
import { portPath } from '../../graph/instance.ts';
import type { Flow } from '../../graph/signature.ts';
import { NODES } from '../../nodes/registry.ts';
import type { ExportSource } from '../target.ts';

export const DATA_FILE = 'weights.bin';

const BYTES_PER_ELEMENT = 4;

/** A part of a buffer: its number in `buffers`, offset and length in bytes. */
type Span = readonly [buffer: number, offset: number, bytes: number];

interface WebTensor {
  readonly name: string;
  readonly dtype: TensorType['dtype'];
  readonly shape: readonly number[];
  readonly buffer: number;
}

/** Input of the model: its place in the data file holds what it was in the editor. */
export interface WebInput extends WebTensor {
  readonly flow: Flow;
  readonly at: number;
  /** For a picture: how it becomes numbers, y = (x − mean) / std with x from 0 to 1. */
  readonly picture?: { readonly mean: readonly number[]; readonly std: readonly number[]; readonly fit: string };
  /** For token ids: one more than the largest. */
  readonly vocabulary?: number;
}

export type WebStep =
  | {
      readonly label: string;
      readonly shader: number;
      readonly bind: readonly Span[];
      /** Words of the uniform block. */
      readonly words: readonly number[];
      readonly groups: readonly number[];
    }
  | { readonly label: string; readonly copy: readonly [from: Span, to: Span] }
  | { readonly label: string; readonly clear: Span };

export interface WebModel {
  readonly name: string;
  readonly help: string;
  /** Bytes of each buffer. */
  readonly buffers: readonly number[];
  readonly inputs: readonly WebInput[];
  /** Weights and constants: `at` is the first byte in the data file. */
  readonly weights: readonly (WebTensor & { readonly at: number })[];
  readonly outputs: readonly WebTensor[];
  readonly shaders: readonly { readonly file: string; readonly access: readonly ('read' | 'write')[] }[];
  readonly steps: readonly WebStep[];
}

export function describeModel(source: ExportSource, plan: Plan): WebModel {
  const buffers = new Buffers(plan);
  const tensor = (name: string, { dtype, shape }: TensorType, place: Place): WebTensor => {
    return { name, dtype, shape, buffer: buffers.span(place)[0] };
  };
  let at = 0;
  const leaves = plan.leaves.map((leaf) => {
    const place: Place = { kind: 'pool', key: leaf.key, byteLength: bytesOf(leaf.type) };
    const described = { ...tensor(leaf.name, leaf.type, place), at };
    at += bytesOf(leaf.type);
    return { kind: leaf.kind, described };
  });
  const access: ('read' | 'write')[][] = [];
  for (const step of plan.steps) {
    if (step.kind === 'dispatch') access[step.shader] = step.bindings.map(({ access }) => bufferAccess(access));
  }
  const main = source.document.modules.find(({ name }) => name === source.document.main);
  return {
    name: source.name,
    help: main?.help ?? '',
    inputs: leaves.flatMap(({ kind, described }) => (kind === 'input' ? [inputOf(source, described)] : [])),
    weights: leaves.flatMap(({ kind, described }) => (kind === 'input' ? [] : [described])),
    outputs: plan.outputs.map(({ name, type, place }) => tensor(name, type, place)),
    shaders: plan.shaders.map((shader, index) => ({ file: shaderFile(shader, index), access: access[index] ?? [] })),
    steps: plan.steps.map((step) => describeStep(step, buffers)),
    buffers: buffers.sizes,
  };
}

/** A page is compiled for an adapter that nobody knows, and then everything is a buffer. */
function bufferAccess(access: Access): 'read' | 'write' {
  if (access === 'texels') throw new RangeError('an exported page binds buffers alone');
  return access;
}

/** Everything that the page starts from, leaf after leaf. */
export async function* dataPieces(source: ExportSource, plan: Plan, model: WebModel): AsyncGenerator<Uint8Array> {
  let written = 0;
  for (const leaf of plan.leaves) {
    const bytes = await leafBytes(source, leaf);
    written += bytes.byteLength;
    yield bytes;
  }
  const wanted = [...model.inputs, ...model.weights].reduce((sum, { shape }) => sum + elementCount(shape), 0);
  if (written !== wanted * BYTES_PER_ELEMENT)
    throw new RangeError(`${written} bytes were written of ${wanted} numbers`);
}

async function leafBytes(source: ExportSource, { kind, name, data }: PlanLeaf): Promise<Uint8Array> {
  if (kind === 'literal') return data!;
  const { buffer, byteOffset, byteLength } = await source.leaf(kind, name);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** `shaders/03-matmul-add-gelu.wgsl`: a name to read, of safe characters whatever the label has. */
export function shaderFile({ label }: PlanShader, index: number): string {
  const words = label.toLowerCase().match(/[a-z0-9_]+/g) ?? [];
  return `shaders/${String(index).padStart(2, '0')}-${words.join('-').slice(0, 60)}.wgsl`;
}

function inputOf({ tree, inference }: ExportSource, described: WebTensor & { readonly at: number }): WebInput {
  const leaf = tree.byPath.get(described.name);
  const definition = leaf?.kind === 'leaf' ? NODES.get(leaf.type) : undefined;
  const [port] = definition?.outputs ?? [];
  const type = port && inference.outputs.get(portPath(described.name, port.name));
  const spec = leaf && type && definition?.source?.(leaf.params, type);
  const vocabulary = leaf?.params['vocab_size']?.value;
  return {
    ...described,
    flow: type?.flow ?? 'tensor',
    ...(spec?.kind === 'pictures' && {
      picture: { mean: spec.options.mean, std: spec.options.std, fit: spec.options.fit },
    }),
    ...(typeof vocabulary === 'number' && { vocabulary }),
  };
}

/** Arena buffers first, then one for each value that is kept. */
class Buffers {
  readonly sizes: number[];
  readonly #pool = new Map<string, number>();

  constructor({ arena }: Plan) {
    this.sizes = [...arena];
  }

  span(place: Place, window?: { readonly offset: number; readonly byteLength: number }): Span {
    const bytes = window?.byteLength ?? place.byteLength;
    const within = window?.offset ?? 0;
    if (place.kind === 'arena') return [place.buffer, place.offset + within, bytes];
    const known = this.#pool.get(place.key);
    // An empty tensor is bound all the same.
    const buffer = known ?? this.sizes.push(Math.max(place.byteLength, BYTES_PER_ELEMENT)) - 1;
    this.#pool.set(place.key, buffer);
    return [buffer, within, bytes];
  }
}

function describeStep(step: Step, buffers: Buffers): WebStep {
  switch (step.kind) {
    case 'dispatch':
      return {
        label: step.label,
        shader: step.shader,
        bind: step.bindings.map(({ place, window }) => buffers.span(place, window)),
        words: [...step.uniforms],
        groups: step.workgroups,
      };
    case 'copy':
      return { label: step.label, copy: [buffers.span(step.from), buffers.span(step.to)] };
    case 'clear':
      return { label: step.label, clear: buffers.span(step.place) };
    default:
      return step satisfies never;
  }
}

function bytesOf({ shape }: TensorType): number {
  return elementCount(shape) * BYTES_PER_ELEMENT;
}
