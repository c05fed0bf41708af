/** The IR as text, one operation per line: `%12: f32[1,196,768] = linear %8, %9, %10  # blocks.0.mlp.fc1`. */
import type { Attribute, Attributes, Graph, Operation, TensorType } from './types.ts';

/** The whole graph; ends with one `return` line per output and tap, and a newline. */
export function printGraph(graph: Graph): string {
  const lines = graph.operations.map((operation) => printOperation(operation, graph));
  const outputs = graph.outputs.map(({ name, value, kind }) => `return %${value} as ${kind} ${name}`);
  return [...lines, ...outputs].map((line) => `${line}\n`).join('');
}

export function printOperation(operation: Operation, graph: Pick<Graph, 'types'>): string {
  const results = operation.results.map((value) => {
    const type = graph.types.get(value);
    return `%${value}: ${type ? printType(type) : '?'}`;
  });
  const operands = operation.inputs.map((value) => `%${value}`).join(', ');
  const attributes = printAttributes(withoutType(operation.attributes, graph.types.get(operation.results[0]!)));
  const parts = [operation.op, operands, attributes].filter((part) => part !== '');
  const origin = operation.origin === '' ? '' : `  # ${operation.origin}`;
  return `${results.join(', ')} = ${parts.join(' ')}${origin}`;
}

/** `f32[1,196,768]`; a scalar is `f32[]`. */
export function printType({ dtype, shape }: TensorType): string {
  return `${dtype}[${shape.join(',')}]`;
}

/** Attributes that only repeat the result's type are not printed. */
function withoutType(attributes: Attributes, type: TensorType | undefined): Attributes {
  const isRepeated = (name: string, value: Attribute): boolean =>
    (name === 'dtype' && value === type?.dtype) || (name === 'shape' && String(value) === String(type?.shape));
  return Object.fromEntries(Object.entries(attributes).filter(([name, value]) => !isRepeated(name, value)));
}

function printAttributes(attributes: Attributes): string {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return '';
  return `{${entries.map(([name, value]) => `${name}=${printAttribute(value)}`).join(', ')}}`;
}

/** Lists longer than this are cut in print. */
const LONGEST_LIST = 16;

function printAttribute(value: Attribute): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (!Array.isArray(value)) return String(value);
  const shown = value
    .slice(0, LONGEST_LIST)
    .map((element) => (typeof element === 'string' ? JSON.stringify(element) : String(element)));
  return `[${shown.join(',')}${value.length > LONGEST_LIST ? `,… ${value.length} in all` : ''}]`;
}
