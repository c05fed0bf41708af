/** What the palette offers: every node type and every module, in groups, with the words that find them. */
import { isInstance, type GraphModule, type PatchbayDocument } from '../../graph/schema.ts';
import type { Flow } from '../../graph/signature.ts';
import type { Category, NodeDefinition } from '../../nodes/definition.ts';
import { accentOf, viewOf, type Definitions } from '../canvas/node-view.ts';
import type { Searchable } from './search.ts';

export interface PaletteEntry extends Searchable {
  readonly kind: 'node' | 'module';
  readonly accent: Flow;
  readonly help: string;
}

export interface PaletteGroup {
  readonly title: string;
  readonly entries: readonly PaletteEntry[];
}

/** The group of the document's own modules. */
export const OWN_MODULES = 'In this document';

const CATEGORY_TITLES: Readonly<Record<Category, string>> = {
  input: 'Input',
  vision: 'Vision',
  language: 'Language',
  multimodal: 'Multimodal',
  math: 'Layers and math',
  tensor: 'Tensor',
  loss: 'Loss',
  view: 'View',
  port: 'Ports',
};

const CATEGORIES = Object.keys(CATEGORY_TITLES) as readonly Category[];

/**
 * @param shipped Modules that come with Patchbay; a document's own copy goes before them.
 * @param open The module on the canvas: what contains it cannot be put into it.
 */
export function paletteGroups(
  definitions: Definitions,
  shipped: ReadonlyMap<string, GraphModule>,
  document: PatchbayDocument,
  open: string,
): readonly PaletteGroup[] {
  const modules = new Map([...shipped, ...document.modules.map((module) => [module.name, module] as const)]);
  const offered = [...modules.values()].filter(({ name }) => name !== document.main && !contains(modules, name, open));
  const own = offered.filter(({ name, origin }) => origin === undefined && !shipped.has(name));
  const groups = [
    { title: OWN_MODULES, entries: own.map((module) => moduleEntry(module, modules, definitions)) },
    ...CATEGORIES.map((category) => ({
      title: CATEGORY_TITLES[category],
      entries: [...definitions.values()].filter((definition) => definition.category === category).map(nodeEntry),
    })),
    {
      title: 'Modules',
      entries: offered
        .filter((module) => !own.includes(module))
        .map((module) => moduleEntry(module, modules, definitions)),
    },
  ];
  return groups.filter(({ entries }) => entries.length > 0);
}

function nodeEntry(definition: NodeDefinition): PaletteEntry {
  const { title, type, keywords, help } = definition;
  return { kind: 'node', title, type, keywords: keywords ?? [], accent: accentOf(definition), help };
}

function moduleEntry(
  module: GraphModule,
  modules: ReadonlyMap<string, GraphModule>,
  definitions: Definitions,
): PaletteEntry {
  const instance = { id: 'entry', name: 'entry', module: module.name, position: [0, 0] as [number, number] };
  const { accent } = viewOf(instance, null, { definitions, modules });
  return { kind: 'module', title: module.name, type: module.name, keywords: [], accent, help: module.help ?? '' };
}

/** True if `outer` is `inner` or holds it, at any depth. */
function contains(modules: ReadonlyMap<string, GraphModule>, outer: string, inner: string): boolean {
  const seen = new Set<string>();
  const waiting = [outer];
  while (waiting.length > 0) {
    const name = waiting.pop()!;
    if (name === inner) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    for (const node of modules.get(name)?.nodes ?? []) if (isInstance(node)) waiting.push(node.module);
  }
  return false;
}
