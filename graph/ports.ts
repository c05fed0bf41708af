/** Ports are nodes: an `input` node is an input of its module, an `output` node an output, each under its name. */
import { own } from './records.ts';
import { isInstance, type GraphModule, type GraphNode, type ParameterValue } from './schema.ts';
import type { Flow, NodeLibrary, PortDType } from './signature.ts';

/** The two node types that make a module's ports. */
export const INPUT_TYPE = 'input';
export const OUTPUT_TYPE = 'output';

/** The one output port of an `input` node, and the one input port of an `output` node. */
export const INPUT_NODE_PORT = 'output';
export const OUTPUT_NODE_PORT = 'input';

/** An input of a module, as its `input` node declares it. */
export interface ModuleInput {
  readonly name: string;
  readonly nodeId: string;
  /** Shape pattern over the module's hyperparameters. */
  readonly shape: string;
  readonly dtype: PortDType;
  /** Absent: as it comes. */
  readonly flow?: Flow;
  readonly optional: boolean;
}

export interface ModuleOutput {
  readonly name: string;
  readonly nodeId: string;
}

export function isInput(node: GraphNode): boolean {
  return !isInstance(node) && node.type === INPUT_TYPE;
}

export function isOutput(node: GraphNode): boolean {
  return !isInstance(node) && node.type === OUTPUT_TYPE;
}

export function isPort(node: GraphNode): boolean {
  return isInput(node) || isOutput(node);
}

/**
 * Which names must differ: those of attributes and inputs among each other, because an input of the main module has a
 * path as an attribute has; those of outputs apart, because an output named like an input is what a stack carries.
 */
export function namespaceOf(node: GraphNode): 'attribute' | 'output' {
  return isOutput(node) ? 'output' : 'attribute';
}

const DTYPES: readonly string[] = ['f32', 'i32', 'bool'] satisfies PortDType[];
const FLOWS: readonly string[] = ['image', 'tensor', 'tokens', 'attention', 'mask', 'loss'] satisfies Flow[];

export function moduleInputs(module: GraphModule, library: NodeLibrary): ModuleInput[] {
  return module.nodes.filter(isInput).map((node) => inputSpec(node, library));
}

export function moduleOutputs(module: GraphModule): ModuleOutput[] {
  return module.nodes.filter(isOutput).map(({ name, id }) => ({ name, nodeId: id }));
}

/** What an `input` node declares; what it leaves out comes from the library's record of `input`. */
export function inputSpec(node: GraphNode, library: NodeLibrary): ModuleInput {
  const record = library.get(INPUT_TYPE)?.params ?? [];
  const param = (name: string): ParameterValue | undefined =>
    own(node.params, name) ?? record.find((definition) => definition.name === name)?.default;
  const dtype = param('dtype');
  // Only a flow that is written: the default is to leave it as it comes.
  const flow = own(node.params, 'flow');
  const shape = param('shape');
  return {
    name: node.name,
    nodeId: node.id,
    shape: typeof shape === 'string' && shape.trim() !== '' ? shape : typeof shape === 'number' ? String(shape) : '...',
    dtype: typeof dtype === 'string' && DTYPES.includes(dtype) ? (dtype as PortDType) : 'f32',
    ...(typeof flow === 'string' && FLOWS.includes(flow) && { flow: flow as Flow }),
    optional: param('optional') === true,
  };
}
