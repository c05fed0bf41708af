/** Attributes of a node by name and kind; operators have defaults for those that are left out. */
import { excerpt } from '../../graph/error-text.ts';
import { ImportError } from '../import-error.ts';
import type { OnnxAttribute, OnnxNode } from './read-model.ts';
import type { OnnxTensor } from './tensor.ts';

type Kind = OnnxAttribute['kind'];
type Of<K extends Kind> = Extract<OnnxAttribute, { kind: K }>;

/** @throws {ImportError} where there is one of that name that is something else. */
function attribute<K extends Kind>(node: OnnxNode, name: string, kind: K): Of<K> | undefined {
  const found = node.attributes.get(name);
  if (!found) return undefined;
  if (found.kind === kind) return found as Of<K>;
  throw new ImportError(`${called(node)}: attribute ${name} is no ${kind}`);
}

export function intOf(node: OnnxNode, name: string, standard: number): number {
  return attribute(node, name, 'int')?.value ?? standard;
}

export function floatOf(node: OnnxNode, name: string, standard: number): number {
  return attribute(node, name, 'float')?.value ?? standard;
}

export function stringOf(node: OnnxNode, name: string, standard: string): string {
  return attribute(node, name, 'string')?.value ?? standard;
}

export function intsOf(node: OnnxNode, name: string): readonly number[] | undefined {
  return attribute(node, name, 'ints')?.value;
}

export function floatsOf(node: OnnxNode, name: string): readonly number[] | undefined {
  return attribute(node, name, 'floats')?.value;
}

export function tensorOf(node: OnnxNode, name: string): OnnxTensor | undefined {
  return attribute(node, name, 'tensor')?.value;
}

/** How messages name a node. */
export function called({ name, operator }: OnnxNode): string {
  return `node ${excerpt(name)} (${excerpt(operator)})`;
}
