/** Which modules use which. */
import { isInstance, type GraphModule, type GraphNode, type PatchbayDocument } from './schema.ts';

/** The module that a node is an instance of; undefined for a library node. */
export function calleeOf(node: GraphNode): string | undefined {
  return isInstance(node) ? node.module : undefined;
}

/**
 * The modules that these names need, themselves included, each after those that it needs; names that `find` does not
 * know are left out, and a circle is followed once.
 */
export function closureOf(names: Iterable<string>, find: (name: string) => GraphModule | undefined): GraphModule[] {
  const ordered: GraphModule[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const module = find(name);
    if (!module) return;
    for (const node of module.nodes) {
      const callee = calleeOf(node);
      if (callee !== undefined) visit(callee);
    }
    ordered.push(module);
  };
  for (const name of names) visit(name);
  return ordered;
}

/** True if an instance of `callee` is, or contains, an instance of `module`. */
export function contains(find: (name: string) => GraphModule | undefined, callee: string, module: string): boolean {
  return (
    callee === module || closureOf([callee], find).some(({ nodes }) => nodes.some((node) => calleeOf(node) === module))
  );
}

export function finder(document: PatchbayDocument): (name: string) => GraphModule | undefined {
  return (name) => document.modules.find((module) => module.name === name);
}
