/** The palette as a wire from a port of the open module sees it. */
import { createCache } from '../../graph/cache.ts';
import { childPath, portPath } from '../../graph/instance.ts';
import { moduleInputs, moduleOutputs } from '../../graph/ports.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { NODES } from '../../nodes/registry.ts';
import type { App } from '../app-context.ts';
import { openModule } from '../commands/open-module.ts';
import type { PaletteEntry } from '../library/entries.ts';
import type { PortRef } from './canvas-store.ts';
import { rankEntry } from './entry-rank.ts';
import { viewOf } from './node-view.ts';
import { portType } from './values.ts';

/** @returns how well an entry fits to an output, 0 for not at all; null where it is not known what flows there. */
export function rankEntriesFor(app: App, from: PortRef): ((entry: PaletteEntry) => number) | null {
  if (from.side === 'input') return null;
  const { document } = app.document.getState();
  const { tree, inference } = app.derived.getState();
  const { openPath, layerOf } = app.view.getState();
  const module = openModule(app);
  const node = module.nodes.find(({ id }) => id === from.nodeId);
  const modules = new Map([...MODULES, ...document.modules.map((one) => [one.name, one] as const)]);
  if (!node) return null;
  const view = viewOf(node, module, { definitions: NODES, modules });
  const type =
    portType(tree, inference, openPath, view, { side: 'output', name: from.port }, layerOf) ??
    inference.outputs.get(portPath(childPath(openPath, node.name), from.port));
  if (!type) return null;
  const source = { type, names: [node.name, from.port] };
  const cache = createCache();
  return ({ kind, type: name }) => {
    const definition = NODES.get(name);
    if (kind === 'node')
      return definition ? rankEntry(source, { ...definition, outputs: definition.outputs.length }, cache) : 0;
    const callee = modules.get(name);
    if (!callee) return 0;
    const inputs = moduleInputs(callee, NODES).map((input) => ({ ...input, dtypes: [input.dtype] }));
    return rankEntry(source, { inputs, outputs: moduleOutputs(callee).length, category: null }, cache);
  };
}
