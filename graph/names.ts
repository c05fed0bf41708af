/** Names and ids that are free. */
import { namespaceOf } from './ports.ts';
import { NAME, type GraphModule, type GraphNode } from './schema.ts';

type Namespace = ReturnType<typeof namespaceOf>;

/** The wanted name, or with a number after it where it is taken: `linear`, `linear_1`, …; numbers count on. */
export function uniqueName(module: GraphModule, wanted: string, namespace: Namespace = 'attribute'): string {
  const taken = new Set(module.nodes.filter((node) => namespaceOf(node) === namespace).map(({ name }) => name));
  return freeName((name) => taken.has(name), wanted);
}

/** An id for a new node: its name, or with a number after it. Readable, because edges name ids. */
export function uniqueId(module: GraphModule, wanted: string): string {
  const taken = new Set(module.nodes.map(({ id }) => id));
  return freeName((id) => taken.has(id), wanted);
}

export function freeName(isTaken: (name: string) => boolean, wanted: string): string {
  if (!isTaken(wanted)) return wanted;
  const numeric = /^[0-9]+$/.test(wanted);
  const base = numeric ? '' : `${wanted.replace(/_[0-9]+$/, '')}_`;
  const next = numeric ? Number(wanted) + 1 : 1;
  // Beyond the safe integers counting on would stand still.
  for (let number = next < Number.MAX_SAFE_INTEGER / 2 ? next : 0; ; number++) {
    const name = `${base}${number}`;
    if (!isTaken(name)) return name;
  }
}

/** Why a node cannot have this name, in words for the user; undefined if it can. */
export function nameProblem(module: GraphModule, node: GraphNode, wanted: string): string | undefined {
  if (!NAME.test(wanted)) return 'A name has letters, digits and _, and starts with no digit; or it is a number';
  const namespace = namespaceOf(node);
  const other = module.nodes.some((one) => one.id !== node.id && one.name === wanted && namespaceOf(one) === namespace);
  return other
    ? `${module.name} has ${namespace === 'output' ? 'an output' : 'a node'} named ${wanted} already`
    : undefined;
}

/** `VisionAttention` as an attribute: `vision_attention`. */
export function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}
