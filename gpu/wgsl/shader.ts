/**
 * A shader under construction: its uniform words, buffers and helper functions. Sizes, strides and constants are
 * uniform words, so that the text depends on the structure alone and equal structures share a pipeline.
 */
import type { Window } from '../ir/kernel.ts';
import type { Halves } from '../ir/storage.ts';
import { TEXEL_ROW_BITS } from '../texels.ts';
import type { DType, ValueId } from '../ir/types.ts';
import type { Access } from '../plan.ts';
import { WgslError } from './errors.ts';

/** A shader together with what one dispatch of it needs. */
export interface GeneratedKernel {
  readonly wgsl: string;
  readonly workgroupSize: readonly [number, number, number];
  /** Words 0–2 are the first workgroup's id, word 3 the workgroups in one row of the grid; both are set when the grid is known. */
  readonly words: readonly number[];
  readonly bindings: readonly ShaderBinding[];
  /** Number of workgroups, numbered along x, then y. */
  readonly groups: number;
}

export interface ShaderBinding {
  readonly value: ValueId;
  readonly access: Access;
  /** The part of the value that this binding is for; absent: what the kernel as a whole has of it. */
  readonly window?: Window;
}

/** Index of the word that holds how many workgroups one row of the grid has. */
export const GROUPS_PER_ROW_WORD = 3;

interface Buffer extends ShaderBinding {
  readonly name: string;
  readonly element: string;
}

/** A stored value, or a window of it, as the shader reads it. */
export interface StoredElements {
  /** Of the buffer; there is one per value and width. */
  readonly name: string;
  /** WGSL of the element at this position, or of the vector of four: numbers as they are computed with. */
  at(position: string): string;
}

/** How a shader has the values that it reads. */
export interface ShaderMemory {
  readonly halves: Halves;
  /** A value that is read by numbers and by vectors is one buffer all the same, for adapters that bind few; two unless given. */
  readonly oneBuffer?: boolean;
}

/** Four halves in two words. */
const UNPACK_FOUR = `fn unpack_four(pairs: vec2u) -> vec4f {
  return vec4f(unpack2x16float(pairs.x), unpack2x16float(pairs.y));
}`;

export class Shader {
  readonly #words: number[] = [0, 0, 0, 0];
  readonly #fields: string[] = ['first_x', 'first_y', 'first_z', 'groups_per_row'];
  readonly #buffers = new Map<string, Buffer>();
  readonly #functions = new Map<string, string>();
  readonly #declarations = new Set<string>();
  readonly #directives = new Set<string>();
  readonly #halves: Halves;
  readonly #oneBuffer: boolean;

  constructor({ halves, oneBuffer = false }: ShaderMemory) {
    this.#halves = halves;
    this.#oneBuffer = oneBuffer;
  }

  /** A uniform word of its own. The name is made unique by number. */
  word(name: string, value: number): string {
    const field = `${name}_${this.#words.length}`;
    this.#words.push(value >>> 0);
    this.#fields.push(field);
    return `sizes.${field}`;
  }

  /**
   * Head of a loop whose bound compilers cannot know, so that they do not unroll it: written out for each turn, a body
   * that is short and runs seldom would compile for seconds.
   */
  rolled(variable: string, turns: number): string {
    return `for (var ${variable} = 0u; ${variable} < ${this.word('turns', turns)}; ${variable}++)`;
  }

  /** A number of a program as a WGSL expression, from a uniform word. */
  number(value: number, dtype: DType): string {
    switch (dtype) {
      case 'f32':
        return `bitcast<f32>(${this.word('number', floatBits(value))})`;
      case 'i32':
        return `bitcast<i32>(${this.word('number', value | 0)})`;
      case 'bool':
        return `(${this.word('flag', value === 0 ? 0 : 1)} != 0u)`;
      case 'f16':
        throw new WgslError('f16 tensors have no kernels yet; cast to f32');
      default:
        return dtype satisfies never;
    }
  }

  /** Reads one window of a value; positions count from its start. */
  readWindow(value: ValueId, dtype: DType, window: Window): StoredElements {
    return this.#elements(`${value} window ${window.start}`, { value, access: 'read', window }, dtype, 1);
  }

  /** Reads a value; `width` 4 by vectors of four floats. */
  read(value: ValueId, dtype: DType, width: 1 | 4 = 1): StoredElements {
    if (width === 4 && this.#oneBuffer) return vectorsOf(this.read(value, dtype));
    return this.#elements(`${value} read ${width}`, { value, access: 'read' }, dtype, width);
  }

  /** Reads vectors of four floats of a value that is a texture. */
  readTexels(value: ValueId): StoredElements {
    const name = this.#bind(`${value} texels`, { value, access: 'texels', element: 'vec4f' });
    const place = `vec2u(at & ${2 ** TEXEL_ROW_BITS - 1}u, at >> ${TEXEL_ROW_BITS}u)`;
    this.include({
      [`texel_of_${name}`]: `fn texel_of_${name}(at: u32) -> vec4f {\n  return textureLoad(${name}, ${place}, 0);\n}`,
    });
    return { name, at: (position) => `texel_of_${name}(${position})` };
  }

  /** A statement that stores a number, or a bool, as an element of a value. */
  store(value: ValueId, dtype: DType, position: string, number: string): string {
    const isHalf = this.#halves.values.has(value);
    if (isHalf && this.#halves.access !== 'f16') throw new WgslError('two invocations cannot write one word of halves');
    const binding = { value, access: 'write', element: isHalf ? 'f16' : storageType(dtype) } as const;
    const name = this.#bind(`${value} write`, binding);
    return `${name}[${position}] = ${isHalf ? `f16(${number})` : storedText(number, dtype)};`;
  }

  #elements(key: string, binding: Omit<Buffer, 'name' | 'element'>, dtype: DType, width: 1 | 4): StoredElements {
    if (!this.#halves.values.has(binding.value)) {
      const name = this.#bind(key, { ...binding, element: width === 4 ? 'vec4f' : storageType(dtype) });
      return { name, at: (position) => `${name}[${position}]` };
    }
    if (this.#halves.access === 'f16') {
      const name = this.#bind(key, { ...binding, element: width === 4 ? 'vec4h' : 'f16' });
      return { name, at: (position) => `${width === 4 ? 'vec4f' : 'f32'}(${name}[${position}])` };
    }
    const name = this.#bind(key, { ...binding, element: width === 4 ? 'vec2u' : 'u32' });
    if (width === 4) {
      this.include({ unpack_four: UNPACK_FOUR });
      return { name, at: (position) => `unpack_four(${name}[${position}])` };
    }
    const half = `unpack2x16float(${name}[at / 2u] >> (16u * (at % 2u))).x`;
    this.include({ [`half_of_${name}`]: `fn half_of_${name}(at: u32) -> f32 {\n  return ${half};\n}` });
    return { name, at: (position) => `half_of_${name}(${position})` };
  }

  #bind(key: string, buffer: Omit<Buffer, 'name'>): string {
    const known = this.#buffers.get(key);
    if (known) return known.name;
    const name = `${buffer.access === 'write' ? 'out' : 'in'}_${this.#buffers.size}`;
    this.#buffers.set(key, { name, ...buffer });
    return name;
  }

  /** Includes helper functions, by name, each once. */
  include(functions: Readonly<Record<string, string>> | undefined): void {
    for (const [name, text] of Object.entries(functions ?? {})) this.#functions.set(name, text);
  }

  /** A module-scope declaration, such as workgroup memory; once where it is the same. */
  declare(text: string): void {
    this.#declarations.add(text);
  }

  /** A directive that comes before everything else, such as `enable subgroups;`. */
  direct(text: string): void {
    this.#directives.add(text);
  }

  finish(main: string, workgroupSize: readonly [number, number, number], groups: number): GeneratedKernel {
    const buffers = [...this.#buffers.values()];
    const parts = [
      ...(buffers.some(({ element }) => element === 'f16' || element === 'vec4h') ? ['enable f16;'] : []),
      ...this.#directives,
      `struct Sizes {\n${this.#fields.map((field) => `  ${field}: u32,`).join('\n')}\n}`,
      '@group(1) @binding(0) var<uniform> sizes: Sizes;',
      ...buffers.map((buffer, binding) => `@group(0) @binding(${binding}) ${variableText(buffer)};`),
      ...this.#declarations,
      ...this.#functions.values(),
      main,
    ];
    return {
      wgsl: `${parts.join('\n')}\n`,
      workgroupSize,
      words: this.#words,
      bindings: buffers.map(({ value, access, window }) => ({ value, access, ...(window && { window }) })),
      groups,
    };
  }
}

function vectorsOf(numbers: StoredElements): StoredElements {
  const four = (position: string): string[] => [0, 1, 2, 3].map((i) => numbers.at(`4u * (${position}) + ${i}u`));
  return { name: numbers.name, at: (position) => `vec4f(${four(position).join(', ')})` };
}

function variableText({ name, access, element }: Buffer): string {
  if (access === 'texels') return `var ${name}: texture_2d<f32>`;
  return `var<storage, ${access === 'read' ? 'read' : 'read_write'}> ${name}: array<${element}>`;
}

/**
 * The head of `main` for workgroups of this size; `group` is the workgroup's number in the whole grid.
 * @param further Built-in values beside the two that every kernel has, by the names that they get.
 */
export function mainHead(
  [x, y, z]: readonly [number, number, number],
  further: Readonly<Record<string, string>> = {},
): string {
  const more = Object.entries(further).map(([name, builtin]) => `, @builtin(${builtin}) ${name}: u32`);
  return `@compute @workgroup_size(${x}, ${y}, ${z})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u${more.join('')})`;
}

/** Number of this workgroup in the grid; a grid too long for one row goes on in the next. */
export const GROUP_NUMBER = '(sizes.first_y + workgroup.y) * sizes.groups_per_row + sizes.first_x + workgroup.x';

/** Type of an element in a storage buffer; bool is u32 there. */
export function storageType(dtype: DType): string {
  switch (dtype) {
    case 'f32':
    case 'i32':
      return dtype;
    case 'bool':
      return 'u32';
    case 'f16':
      throw new WgslError('f16 tensors have no kernels yet; cast to f32');
    default:
      return dtype satisfies never;
  }
}

/** A number as it is stored. */
export function storedText(number: string, dtype: DType): string {
  return dtype === 'bool' ? `select(0u, 1u, ${number})` : number;
}

function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}
