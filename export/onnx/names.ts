/** Names for the values of a draft: one space for inputs, initializers and results. Who comes first has its name as it is. */
import type { OnnxValue } from '../../gpu/ops/onnx.ts';
import type { Draft, DraftInitializer, DraftNode } from './draft.ts';
import type { OnnxInitializer, OnnxModel, OnnxNode, OnnxPort } from './model.ts';

/** A value, and what it is called in the graph. */
export interface NamedValue {
  readonly of: string;
  readonly value: OnnxValue;
}

interface Parts {
  readonly draft: Draft;
  /** Those of the draft that the model keeps. */
  readonly nodes: readonly DraftNode[];
  readonly outputs: readonly NamedValue[];
  /** Values in between that have a name in the editor. */
  readonly ports: readonly NamedValue[];
}

/** The model: inputs, outputs and parameters are named first, then ports, then what has no name in the editor. */
export function named({ draft, nodes, outputs, ports }: Parts): OnnxModel {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map((input) => input?.id)));
  const names = new ValueNames();
  const inputs = draft.inputs.filter(({ value }) => read.has(value.id));
  const initializers = draft.initializers.filter(({ value }) => read.has(value.id));
  for (const { name, value } of inputs) names.give(value, name);
  for (const { of, value } of outputs) names.give(value, of);
  for (const { value, from } of initializers) if (from.kind === 'weight') names.give(value, from.path);

  const made = new Set(nodes.flatMap((node) => node.outputs.map(({ id }) => id)));
  const values: OnnxPort[] = [];
  for (const { of, value } of ports) {
    if (!made.has(value.id) || names.has(value)) continue;
    names.give(value, of);
    values.push({ name: names.of(value), dtype: value.dtype, dims: value.stored });
  }
  for (const { value, from } of initializers) if (from.kind === 'numbers') names.give(value, constantName(value, from));

  const nodeNames = new UniqueNames();
  return {
    inputs: inputs.map(({ name, value }) => ({ of: name, ...portOf(value, names) })),
    nodes: nodes.map((node) => nameNode(node, names, nodeNames)),
    outputs: outputs.map(({ of, value }) => ({ of, ...portOf(value, names) })),
    values,
    initializers: initializers.map((initializer) => nameInitializer(initializer, names)),
  };
}

/** `blocks.0.attention.q_proj/MatMul`; further results of one node are numbered. */
function nameNode(node: DraftNode, names: ValueNames, nodeNames: UniqueNames): OnnxNode {
  const { operator, origin, inputs, outputs, attributes } = node;
  const name = nodeNames.claim(origin === '' ? operator : `${origin}/${operator}`);
  for (const [index, value] of outputs.entries()) {
    if (!names.has(value)) names.give(value, index === 0 ? name : `${name}:${index}`);
  }
  return {
    operator,
    name,
    inputs: inputs.map((input) => (input ? names.of(input) : '')),
    outputs: outputs.map((output) => names.of(output)),
    attributes,
  };
}

function nameInitializer({ value, from }: DraftInitializer, names: ValueNames): OnnxInitializer {
  return { name: names.of(value), dtype: value.dtype, dims: value.stored, from };
}

function portOf(value: OnnxValue, names: ValueNames): OnnxPort {
  return { name: names.of(value), dtype: value.dtype, dims: value.stored };
}

const LONGEST_CONSTANT = 40;

/** `constant/0.125`, `constant/[1,197,768]`, or for many numbers their count. */
function constantName({ stored }: OnnxValue, { numbers }: { readonly numbers: readonly number[] }): string {
  if (stored.length === 0) return `constant/${numbers[0]}`;
  const text = numbers.length <= LONGEST_CONSTANT ? numbers.join() : '';
  return text.length > 0 && text.length <= LONGEST_CONSTANT ? `constant/[${text}]` : `constant/${stored.join('x')}`;
}

/** Names that are given out once each. */
export class UniqueNames {
  /** What is no key of a JavaScript object, which ONNX Runtime's web and Node packages pass tensors in. */
  readonly #taken = new Set(['__proto__']);
  readonly #next = new Map<string, number>();

  /** The name; where it is taken or empty, or no text in UTF-8, the nearest that is none of these. */
  claim(wanted: string): string {
    // A zero ends a name where it is read in C.
    const name = wanted.toWellFormed().replaceAll('\0', '\ufffd') || '_';
    if (!this.#taken.has(name)) {
      this.#taken.add(name);
      return name;
    }
    for (let number = this.#next.get(name) ?? 2; ; number++) {
      const candidate = `${name}_${number}`;
      if (this.#taken.has(candidate)) continue;
      this.#next.set(name, number + 1);
      this.#taken.add(candidate);
      return candidate;
    }
  }
}

class ValueNames {
  readonly #names = new Map<number, string>();
  readonly #unique = new UniqueNames();

  has({ id }: OnnxValue): boolean {
    return this.#names.has(id);
  }

  give({ id }: OnnxValue, wanted: string): void {
    this.#names.set(id, this.#unique.claim(wanted));
  }

  of({ id }: OnnxValue): string {
    const name = this.#names.get(id);
    if (name === undefined) throw new Error(`value ${id} of the model has no name`);
    return name;
  }
}
