/** Whether two documents differ in parameters alone, so that the instance tree keeps its form, and in which. */
import { equal } from './diff.ts';
import { isPort } from './ports.ts';
import type { Edge, GraphModule, GraphNode, PatchbayDocument } from './schema.ts';

export interface ParameterChanges {
  /** Nodes with other parameters, as they are now. */
  readonly nodes: readonly { readonly module: string; readonly node: GraphNode }[];
  /** Values of the main module's hyperparameters and sizes, or of presets, may be others. */
  readonly root: boolean;
}

/**
 * What an instance tree of `before` differs in from one of `after`.
 * @returns undefined where they may differ in more than values: in nodes, wires, names, ports, layers.
 */
export function parameterChanges(before: PatchbayDocument, after: PatchbayDocument): ParameterChanges | undefined {
  if (before.main !== after.main || before.assets !== after.assets) return undefined;
  if (before.modules.length !== after.modules.length) return undefined;
  const nodes: { module: string; node: GraphNode }[] = [];
  let root = before.preset !== after.preset || before.presets !== after.presets;
  for (const [index, module] of after.modules.entries()) {
    const known = before.modules[index]!;
    if (known === module) continue;
    if (known.name !== module.name || known.requires !== module.requires) return undefined;
    const sameValues = known.hyperparameters === module.hyperparameters && known.sizes === module.sizes;
    // Defaults of a module within are parameters of all its instances.
    if (!sameValues && module.name !== after.main) return undefined;
    root ||= !sameValues;
    if (!sameEdges(known.edges, module.edges)) return undefined;
    const changed = changedNodes(known, module);
    if (!changed) return undefined;
    for (const node of changed) nodes.push({ module: module.name, node });
  }
  return { nodes, root };
}

/** Nodes with other parameters; undefined where there are other nodes. */
function changedNodes(before: GraphModule, after: GraphModule): GraphNode[] | undefined {
  if (before.nodes === after.nodes) return [];
  if (before.nodes.length !== after.nodes.length) return undefined;
  const changed: GraphNode[] = [];
  for (const [index, node] of after.nodes.entries()) {
    const known = before.nodes[index]!;
    if (known === node) continue;
    if (!sameButValues(known, node)) return undefined;
    if (equal(known.params, node.params)) continue;
    // What a port declares is part of its module's form.
    if (isPort(node)) return undefined;
    changed.push(node);
  }
  return changed;
}

/** What a node may differ in: where it stands on the canvas, and its parameters. */
const VALUES: ReadonlySet<string> = new Set(['params', 'position', 'size']);

function sameButValues(a: GraphNode, b: GraphNode): boolean {
  const [left, right] = [a, b] as Readonly<Record<string, unknown>>[];
  const named = (record: object) => Object.keys(record).filter((key) => !VALUES.has(key));
  const keys = named(a);
  return (
    keys.length === named(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(left![key], right![key]))
  );
}

/** The same wires in the same order, however they are led. */
function sameEdges(before: readonly Edge[], after: readonly Edge[]): boolean {
  if (before === after) return true;
  return (
    before.length === after.length &&
    after.every((edge, index) => {
      const known = before[index]!;
      return known === edge || (equal(known.from, edge.from) && equal(known.to, edge.to));
    })
  );
}
