/** Which modules of a document are as Patchbay ships them. */
import { isInstance, type GraphModule } from '../../graph/schema.ts';
import { MODULES } from '../../nodes/modules/registry.ts';

/** Whether a module and all inside it compute what the shipped ones of their names do; looks and words do not count. */
export function isAsShipped(definition: GraphModule, definitions: ReadonlyMap<string, GraphModule>): boolean {
  const shipped = MODULES.get(definition.name);
  if (!shipped || essence(shipped) !== essence(definition)) return false;
  return definition.nodes.filter(isInstance).every(({ module }) => {
    const callee = definitions.get(module);
    return callee !== undefined && isAsShipped(callee, definitions);
  });
}

function essence({ hyperparameters, nodes, edges }: GraphModule): string {
  const sorted = (record: object | undefined): readonly (readonly [string, unknown])[] =>
    Object.entries(record ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    hyperparameters.map(({ name, type, default: standard }) => [name, type, standard]),
    nodes.map((node) => [
      node.id,
      node.name,
      isInstance(node) ? [node.module, node.repeat, node.copies] : node.type,
      sorted(node.params),
      node.shares,
    ]),
    edges.map(({ from, to }) => [from, to].join(' ')).toSorted(),
  ]);
}
