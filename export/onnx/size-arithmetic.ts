/** What a dynamic model computes from an input's shape, before anything else: vectors of sizes, and positions up to a size. */
import type { OnnxDType } from '../../gpu/ops/onnx.ts';
import { ELEMENT_TYPES } from './draft.ts';
import type { Line } from './dynamic.ts';
import type { OnnxInitializer, OnnxModel, OnnxNode } from './model.ts';
import { UniqueNames } from './names.ts';

/** Where the size stands. */
interface SizeSource {
  readonly input: string;
  readonly axis: number;
}

export class SizeArithmetic {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];

  readonly #source: SizeSource;
  readonly #names = new UniqueNames();
  readonly #known = new Map<string, string>();

  /** @param model the names in it are taken. */
  constructor(model: OnnxModel, source: SizeSource) {
    this.#source = source;
    const { inputs, initializers, nodes } = model;
    for (const { name } of [...inputs, ...initializers, ...nodes]) this.#names.claim(name);
    for (const name of nodes.flatMap(({ outputs }) => outputs)) this.#names.claim(name);
  }

  /** A constant vector. */
  integers(numbers: readonly number[]): string {
    return this.#constant(numbers, [numbers.length]);
  }

  /** A vector whose elements are these. */
  vector(lines: readonly Line[]): string {
    const parts: string[] = [];
    let constants: number[] = [];
    const flush = () => {
      if (constants.length > 0) parts.push(this.integers(constants));
      constants = [];
    };
    for (const line of lines) {
      if (line.factor === 0) constants.push(line.offset);
      else {
        flush();
        parts.push(this.#line(line));
      }
    }
    flush();
    return parts.length === 1 ? parts[0]! : this.#node('Concat', parts, { axis: 0 });
  }

  /** 0, 1, 2, … as many as `count`, under a shape in which −1 is that axis. */
  positions(count: Line, shape: readonly number[], dtype: OnnxDType): string {
    const [zero, one] = [this.#constant([0], []), this.#constant([1], [])];
    const limit = this.#node('Squeeze', [this.#line(count), this.integers([0])]);
    const range = this.#node('Range', [zero, limit, one]);
    const cast = this.#node('Cast', [range], { to: ELEMENT_TYPES[dtype] });
    return this.#node('Reshape', [cast, this.integers(shape)]);
  }

  /** A vector of one element. */
  #line({ factor, offset }: Line): string {
    const { input, axis } = this.#source;
    const size = this.#node('Shape', [input], { start: axis, end: axis + 1 });
    const product = factor === 1 ? size : this.#node('Mul', [size, this.integers([factor])]);
    return offset === 0 ? product : this.#node('Add', [product, this.integers([offset])]);
  }

  #constant(numbers: readonly number[], dims: readonly number[]): string {
    return this.#once(`${dims.join()}:${numbers.join()}`, () => {
      const name = this.#names.claim(dims.length === 0 ? `constant/${numbers[0]}` : `constant/[${numbers.join()}]`);
      this.initializers.push({ name, dtype: 'i64', dims, from: { kind: 'numbers', numbers } });
      return name;
    });
  }

  #node(operator: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string {
    return this.#once(JSON.stringify([operator, inputs, attributes]), () => {
      const name = this.#names.claim(`sizes/${operator}`);
      this.nodes.push({ operator, name, inputs, outputs: [name], attributes });
      return name;
    });
  }

  #once(key: string, make: () => string): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.#known.set(key, name);
    return name;
  }
}
