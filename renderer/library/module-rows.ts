/** What the list of the document's modules says of each: its uses, and what can be done with it or why not. */
import { reasonToKeep, usesOfModule, type ModuleUse } from '../../graph/edits.ts';
import { contains, finder } from '../../graph/modules.ts';
import type { GraphModule, PatchbayDocument } from '../../graph/schema.ts';
import type { Flow } from '../../graph/signature.ts';
import { viewOf, type Definitions } from '../canvas/node-view.ts';

/** True if it can be done, or else the reason why not. */
export type Possible = true | string;

export interface ModuleRow {
  readonly name: string;
  readonly accent: Flow;
  readonly help: string;
  /** It is a copy of one that comes with Patchbay. */
  readonly shipped: boolean;
  readonly uses: readonly ModuleUse[];
  readonly placing: Possible;
  readonly opening: Possible;
  readonly deleting: Possible;
}

/**
 * All modules but the main one: the person's own first, then copies of shipped ones, each in the document's order.
 * @param open The module on the canvas, into which an instance would go.
 * @param shown The modules that have an instance in the tree, and so can be opened.
 */
export function moduleRows(
  document: PatchbayDocument,
  definitions: Definitions,
  open: string,
  shown: ReadonlySet<string>,
): readonly ModuleRow[] {
  const modules = new Map(document.modules.map((module) => [module.name, module]));
  const find = finder(document);
  const row = ({ name, help, origin }: GraphModule): ModuleRow => {
    const instance = { id: 'row', name: 'row', module: name, position: [0, 0] as [number, number] };
    const kept = reasonToKeep(document, name);
    return {
      name,
      accent: viewOf(instance, null, { definitions, modules }).accent,
      help: help ?? '',
      shipped: origin !== undefined,
      uses: usesOfModule(document, name),
      placing: contains(find, name, open) ? (name === open ? `${name} is open` : `${name} contains ${open}`) : true,
      opening: shown.has(name) || 'It is opened through an instance, and nothing leads to one: place one first',
      deleting: kept ?? true,
    };
  };
  const rows = document.modules.filter(({ name }) => name !== document.main).map(row);
  return [...rows.filter(({ shipped }) => !shipped), ...rows.filter(({ shipped }) => shipped)];
}

/** `3 uses`, `unused`. */
export function countUses({ uses }: Pick<ModuleRow, 'uses'>): string {
  if (uses.length === 0) return 'unused';
  return uses.length === 1 ? '1 use' : `${uses.length} uses`;
}
