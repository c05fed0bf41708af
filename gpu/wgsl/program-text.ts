/** Programs of scalars in WGSL: one binding per scalar, each in the outermost block where its operands are known. */
import type { Program, Scalar, Store } from '../ir/kernel.ts';
import type { Attributes, DType, ValueId } from '../ir/types.ts';
import type { AdapterTraits } from '../plan.ts';
import { WgslError } from './errors.ts';
import { conditionText, indexText, type IndexWriter } from './index-text.ts';
import { free, union, type Bound, type Scope } from './scope.ts';
import { storageType, storedText, type ShaderMemory, type StoredElements } from './shader.ts';

/** The WGSL of an elementwise op; records in gpu/ops satisfy it. */
export interface ElementwiseWriter {
  emit(operands: readonly string[], attributes: Attributes, dtype: DType): string;
  readonly functions?: Readonly<Record<string, string>>;
}

/** The elementwise ops by name. */
export type ElementwiseOps = (op: string) => ElementwiseWriter | undefined;

/** What all kernels of a plan are written with. */
export interface KernelContext extends ShaderMemory {
  readonly elementwise: ElementwiseOps;
  /** The values that shaders may have as textures. */
  readonly texels: ReadonlySet<ValueId>;
  /** Undefined: nothing is known of the adapter. */
  readonly traits: AdapterTraits | undefined;
}

export interface ProgramWriter extends IndexWriter {
  readonly elementwise: ElementwiseOps;
  /** Names in workgroup memory of values that the kernel itself stores and reads. */
  readonly shared: ReadonlyMap<ValueId, string>;
  /** Whether a stored value has a buffer. */
  hasBuffer(value: ValueId): boolean;
}

/** @param memory Where values stand that are not simply read from one buffer and written to another. */
export function programWriter(
  shader: IndexWriter['shader'],
  elementwise: ElementwiseOps,
  memory: Pick<ProgramWriter, 'shared' | 'hasBuffer'> = { shared: new Map(), hasBuffer: () => true },
): ProgramWriter {
  return { shader, elementwise, known: new Map(), ...memory };
}

/**
 * Writes the scalars that `wanted` take, and gives their names; without it all that the last one takes. `products` is what
 * the core computed at this point.
 */
export function programText(
  program: Program,
  scope: Scope,
  writer: ProgramWriter,
  products: readonly Bound[] = [],
  wanted: readonly number[] = [program.length - 1],
): Bound[] {
  const names: Bound[] = [];
  const needed = neededFor(program, wanted);
  for (const [index, scalar] of program.entries()) {
    if (needed.has(index)) names[index] = scalarText(scalar, program, names, scope, writer, products);
  }
  return names;
}

function neededFor(program: Program, wanted: readonly number[]): ReadonlySet<number> {
  const needed = new Set(wanted);
  for (let index = program.length - 1; index >= 0; index--) {
    if (needed.has(index)) for (const operand of operandsOf(program[index]!)) needed.add(operand);
  }
  return needed;
}

/** The scalars that a scalar is computed from. */
function operandsOf(scalar: Scalar): readonly number[] {
  switch (scalar.kind) {
    case 'apply':
      return scalar.operands;
    case 'choose':
      return [scalar.yes, scalar.no];
    case 'gather':
      return [scalar.row];
    case 'load':
    case 'constant':
    case 'position':
    case 'core':
      return [];
    default:
      return scalar satisfies never;
  }
}

/** Writes the stores and what of the epilogue they take. */
export function storesText(
  epilogue: Program,
  stores: readonly Store[],
  scope: Scope,
  writer: ProgramWriter,
  products: readonly Bound[] = [],
): void {
  const wanted = stores.map(({ scalar }) => scalar);
  const names = programText(epilogue, scope, writer, products, wanted);
  for (const { value, scalar, index, dtype } of stores) {
    const at = indexText(index, scope, writer).text;
    const name = names[scalar]!.text;
    const shared = writer.shared.get(value);
    if (shared !== undefined) scope.line(`${shared}[${at}] = ${storedText(name, dtype)};`);
    if (writer.hasBuffer(value)) scope.line(writer.shader.store(value, dtype, at, name));
  }
}

function scalarText(
  scalar: Scalar,
  program: Program,
  names: readonly Bound[],
  scope: Scope,
  writer: ProgramWriter,
  products: readonly Bound[],
): Bound {
  switch (scalar.kind) {
    case 'load': {
      const elements = elementsOf(scalar.value, scalar.dtype, writer);
      const index = indexText(scalar.index, scope, writer);
      const text = elements.at(index.text);
      return scope.bind('x', scalar.dtype === 'bool' ? `${text} != 0u` : text, index.depends);
    }
    case 'gather': {
      const row = names[scalar.row]!;
      const index = indexText(scalar.index, scope, writer);
      const last = writer.shader.word('last_row', scalar.rows - 1);
      const width = writer.shader.word('width', scalar.width);
      const start = scope.bind('i', `u32(clamp(${row.text}, 0, i32(${last}))) * ${width}`, row.depends);
      const text = tableElement(scalar, `${start.text} + ${index.text}`, writer);
      return scope.bind('x', scalar.dtype === 'bool' ? `${text} != 0u` : text, union([start, index]));
    }
    case 'constant': {
      const key = `${scalar.dtype} ${Object.is(scalar.number, -0) ? '-0' : scalar.number}`;
      const text = writer.known.get(key) ?? writer.shader.number(scalar.number, scalar.dtype);
      writer.known.set(key, text);
      return scope.bind('n', text, free('').depends);
    }
    case 'position': {
      const index = indexText(scalar.index, scope, writer);
      const type = scalar.dtype === 'i32' ? 'i32' : 'f32';
      // Through i32: a position may be negative where nobody uses it.
      return scope.bind(
        'n',
        type === 'i32' ? `bitcast<i32>(${index.text})` : `f32(bitcast<i32>(${index.text}))`,
        index.depends,
      );
    }
    case 'apply': {
      const op = writer.elementwise(scalar.op);
      if (!op) throw new WgslError(`${scalar.op} is no elementwise op`);
      writer.shader.include(op.functions);
      const operands = scalar.operands.map((operand) => names[operand]!);
      const dtype = program[scalar.operands[0]!]!.dtype;
      const text = op.emit(
        operands.map((operand) => operand.text),
        scalar.attributes,
        dtype,
      );
      return scope.bind('x', text, union(operands));
    }
    case 'choose': {
      const condition = conditionText(scalar.condition, scope, writer);
      const [yes, no] = [names[scalar.yes]!, names[scalar.no]!];
      return scope.bind('x', `select(${no.text}, ${yes.text}, ${condition.text})`, union([condition, yes, no]));
    }
    case 'core': {
      const product = products[scalar.product];
      if (!product) throw new WgslError('a program reads the core where there is none');
      return product;
    }
    default:
      return scalar satisfies never;
  }
}

/** Where the kernel reads a value from. */
function elementsOf(value: ValueId, dtype: DType, { shader, shared }: ProgramWriter): Pick<StoredElements, 'at'> {
  const name = shared.get(value);
  return name === undefined ? shader.read(value, dtype) : { at: (position) => `${name}[${position}]` };
}

/** WGSL of the table's element at a position; a function finds the window where the table is bound in several. */
function tableElement(
  { value, dtype, windows }: Extract<Scalar, { kind: 'gather' }>,
  position: string,
  writer: ProgramWriter,
): string {
  if (windows.length === 0) return elementsOf(value, dtype, writer).at(position);
  const { shader } = writer;
  const parts = windows.map((window) => shader.readWindow(value, dtype, window));
  const lines = windows.map(({ start, count }, index) => {
    const element = parts[index]!.at(`at - ${shader.word('start', start)}`);
    if (index === windows.length - 1) return `  return ${element};`;
    return `  if (at < ${shader.word('end', start + count)}) { return ${element}; }`;
  });
  const name = `table_${parts[0]!.name}`;
  shader.include({ [name]: `fn ${name}(at: u32) -> ${storageType(dtype)} {\n${lines.join('\n')}\n}` });
  return `${name}(${position})`;
}
