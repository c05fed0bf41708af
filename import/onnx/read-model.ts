/**
 * A .onnx file as plain data (https://onnx.ai/onnx/repo-docs/IR.html): nodes in an order in which each comes after what it
 * reads, initialisers, and what is said of the types of values.
 */
import { excerpt } from '../../graph/error-text.ts';
import { ImportError } from '../import-error.ts';
import { inOrder } from './order.ts';
import { readTensor, type OnnxTensor, type ReadExternal } from './tensor.ts';
import { Budget, bytesOf, fieldsOf, floatsOf, integerOf, integersOf, textOf, type Field } from './wire.ts';

export type OnnxAttribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor; readonly bytes: Uint8Array }
  /** A graph of its own, as If and Loop have, or what else there is: its bytes. */
  | { readonly kind: 'other'; readonly bytes: Uint8Array };

export interface OnnxNode {
  /** With the domain before it, where it is not ONNX's own: `com.microsoft.BiasGelu`. */
  readonly operator: string;
  readonly name: string;
  /** Empty for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** A size, or the name of one that comes with the data; null where nothing is said. */
export type OnnxSize = number | string | null;

export interface OnnxValueInfo {
  readonly name: string;
  /** TensorProto.DataType; 0 where it is no tensor. */
  readonly elementType: number;
  /** Undefined: of any number of axes. */
  readonly dims: readonly OnnxSize[] | undefined;
}

export interface OnnxGraph {
  readonly name: string;
  /** Of the operators of ONNX's own. */
  readonly operatorSet: number;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Without those that an initialiser stands for. */
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** Of values between, as far as the file has them. */
  readonly values: ReadonlyMap<string, OnnxValueInfo>;
}

const OWN_DOMAINS: readonly string[] = ['', 'ai.onnx'];
/** A transformer of a hundred layers has some ten thousand. */
const MOST_NODES = 200_000;
/** The newest that is known; operators of a newer one may mean something else. */
export const NEWEST_OPERATOR_SET = 23;

/** @throws {ImportError} where it is no model, is broken, or contradicts itself. */
export function readModel(file: Uint8Array, external: ReadExternal): OnnxGraph {
  if (file.byteLength === 0) throw new ImportError('the file is empty');
  const budget = new Budget();
  let [graph, version]: [Uint8Array | undefined, number] = [undefined, 0];
  let operatorSet: number | undefined;
  for (const field of fieldsOf(file, 'the model', budget)) {
    if (field.number === 1) version = integerOf(field, 'the version of the model');
    if (field.number === 7) graph = bytesOf(field, 'the model');
    if (field.number === 8) {
      const { domain, set } = readOperatorSet(bytesOf(field, 'the model'), budget);
      if (OWN_DOMAINS.includes(domain)) operatorSet = set;
    }
  }
  if (!graph || version < 1) throw new ImportError('this is no ONNX model: it has no graph or no version');
  if (operatorSet === undefined) throw new ImportError('it does not say of which operator set its operators are');
  if (operatorSet > NEWEST_OPERATOR_SET)
    throw new ImportError(`its operators are of set ${operatorSet}; ${NEWEST_OPERATOR_SET} is the newest that is read`);
  return readGraph(graph, operatorSet, budget, external);
}

function readOperatorSet(message: Uint8Array, budget: Budget): { domain: string; set: number } {
  const found = { domain: '', set: 0 };
  for (const field of fieldsOf(message, 'an operator set', budget)) {
    if (field.number === 1) found.domain = textOf(field, 'an operator set');
    if (field.number === 2) found.set = integerOf(field, 'an operator set');
  }
  return found;
}

function readGraph(message: Uint8Array, operatorSet: number, budget: Budget, external: ReadExternal): OnnxGraph {
  let name = '';
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const [inputs, outputs]: OnnxValueInfo[][] = [[], []];
  const values = new Map<string, OnnxValueInfo>();
  for (const field of fieldsOf(message, 'the graph', budget)) {
    const content = () => bytesOf(field, 'the graph');
    if (field.number === 1) {
      if (nodes.length === MOST_NODES)
        throw new ImportError(`it has more than ${MOST_NODES.toLocaleString('en')} nodes`);
      nodes.push(readNode(content(), nodes.length, budget, external));
    } else if (field.number === 2) name = textOf(field, 'the name of the graph');
    else if (field.number === 5) {
      const tensor = readTensor(content(), budget, external);
      if (tensor.name === '' || initializers.has(tensor.name))
        throw new ImportError(`two initialisers are called "${excerpt(tensor.name)}", or one has no name`);
      initializers.set(tensor.name, tensor);
    } else if (field.number === 11) inputs!.push(readValueInfo(content(), budget));
    else if (field.number === 12) outputs!.push(readValueInfo(content(), budget));
    else if (field.number === 13) {
      const info = readValueInfo(content(), budget);
      values.set(info.name, info);
    } else if (field.number === 15) throw new ImportError('it has sparse initialisers, which are not read');
  }
  if (outputs!.length === 0) throw new ImportError('its graph has no outputs');
  const given = inputs!.filter((input) => !initializers.has(input.name));
  checkNames(given, outputs!);
  const known = new Set([...given.map((input) => input.name), ...initializers.keys()]);
  const ordered = inOrder(
    nodes,
    known,
    outputs!.map((output) => output.name),
  );
  return { name, operatorSet, nodes: ordered, initializers, inputs: given, outputs: outputs!, values };
}

function checkNames(inputs: readonly OnnxValueInfo[], outputs: readonly OnnxValueInfo[]): void {
  for (const infos of [inputs, outputs]) {
    const names = new Set(['']);
    for (const { name } of infos) {
      if (names.has(name))
        throw new ImportError(`two inputs or outputs are called "${excerpt(name)}", or one has no name`);
      names.add(name);
    }
  }
}

function readNode(message: Uint8Array, index: number, budget: Budget, external: ReadExternal): OnnxNode {
  const [inputs, outputs]: string[][] = [[], []];
  const what = `node ${index}`;
  let [name, type, domain] = ['', '', ''];
  const attributes = new Map<string, OnnxAttribute>();
  for (const field of fieldsOf(message, what, budget)) {
    if (field.number === 1) inputs!.push(textOf(field, what));
    if (field.number === 2) outputs!.push(textOf(field, what));
    if (field.number === 3) name = textOf(field, what);
    if (field.number === 4) type = textOf(field, what);
    if (field.number === 5) attributes.set(...readAttribute(bytesOf(field, what), what, budget, external));
    if (field.number === 7) domain = textOf(field, what);
  }
  if (type === '') throw new ImportError(`${name ? `${what}, ${excerpt(name)},` : what} has no operator`);
  const operator = OWN_DOMAINS.includes(domain) ? type : `${domain}.${type}`;
  return { operator, name: name || `${type}_${index}`, inputs: inputs!, outputs: outputs!, attributes };
}

function readAttribute(
  message: Uint8Array,
  what: string,
  budget: Budget,
  external: ReadExternal,
): [string, OnnxAttribute] {
  let name = '';
  let type: number | undefined;
  const single = new Map<number, Field>();
  const [floats, ints]: number[][] = [[], []];
  const strings: string[] = [];
  const many = (into: number[], values: readonly number[]) => {
    budget.take(values.length);
    for (const value of values) into.push(value);
  };
  for (const field of fieldsOf(message, what, budget)) {
    if (field.number === 1) name = textOf(field, what);
    else if (field.number === 7) many(floats!, floatsOf(field, what));
    else if (field.number === 8) many(ints!, integersOf(field, what));
    else if (field.number === 9) strings.push(textOf(field, what));
    else if (field.number === 20) type = integerOf(field, what);
    else single.set(field.number, field);
  }
  const place = `${what}, attribute ${excerpt(name)}`;
  const one = (number: number): Field | undefined => single.get(number);
  // Writers may leave out the type, and a value that is 0.
  const kind = type ?? [...KINDS].find(([, field]) => single.has(field))?.[0] ?? 0;
  switch (kind) {
    case 1:
      return [name, { kind: 'float', value: one(2) ? floatsOf(one(2)!, place)[0]! : 0 }];
    case 2:
      return [name, { kind: 'int', value: one(3) ? integerOf(one(3)!, place) : 0 }];
    case 3:
      return [name, { kind: 'string', value: one(4) ? textOf(one(4)!, place) : '' }];
    case 4: {
      if (!one(5)) throw new ImportError(`${place} has no tensor`);
      const bytes = bytesOf(one(5)!, place);
      return [name, { kind: 'tensor', value: readTensor(bytes, budget, external), bytes }];
    }
    case 6:
      return [name, { kind: 'floats', value: floats! }];
    case 7:
      return [name, { kind: 'ints', value: ints! }];
    case 8:
      return [name, { kind: 'strings', value: strings }];
    default:
      return [name, { kind: 'other', bytes: message }];
  }
}

/** AttributeProto.AttributeType, and the field in which it is. */
const KINDS: ReadonlyMap<number, number> = new Map([
  [1, 2],
  [2, 3],
  [3, 4],
  [4, 5],
]);

function readValueInfo(message: Uint8Array, budget: Budget): OnnxValueInfo {
  let name = '';
  let type: Uint8Array | undefined;
  for (const field of fieldsOf(message, 'a value', budget)) {
    if (field.number === 1) name = textOf(field, 'a value');
    if (field.number === 2) type = bytesOf(field, 'a value');
  }
  const what = `value ${excerpt(name)}`;
  for (const field of type ? fieldsOf(type, what, budget) : []) {
    if (field.number === 1) return { name, ...readTensorType(bytesOf(field, what), what, budget) };
  }
  return { name, elementType: 0, dims: undefined };
}

function readTensorType(message: Uint8Array, what: string, budget: Budget): Omit<OnnxValueInfo, 'name'> {
  let elementType = 0;
  let dims: OnnxSize[] | undefined;
  for (const field of fieldsOf(message, what, budget)) {
    if (field.number === 1) elementType = integerOf(field, what);
    if (field.number !== 2) continue;
    dims = [];
    for (const dim of fieldsOf(bytesOf(field, what), what, budget))
      if (dim.number === 1) dims.push(readSize(bytesOf(dim, what), what, budget));
  }
  return { elementType, dims };
}

function readSize(message: Uint8Array, what: string, budget: Budget): OnnxSize {
  let size: OnnxSize = null;
  for (const field of fieldsOf(message, what, budget)) {
    if (field.number === 1) size = integerOf(field, what);
    if (field.number === 2) size = textOf(field, what) || null;
  }
  return size;
}
