/** Edits of modes: which nodes are called (graph/modes.ts says what that means). */
import { createChanges, EditError, moduleNamed, nodePath, nodeWithId } from './changes.ts';
import { count, type Edit } from './edit.ts';
import { isPort } from './ports.ts';
import type { Mode, PatchbayDocument } from './schema.ts';

const WORDS: Readonly<Record<Mode, { readonly on: string; readonly off: string }>> = {
  mute: { on: 'Mute', off: 'Unmute' },
  bypass: { on: 'Bypass', off: 'Stop bypassing' },
};

/**
 * Gives nodes a mode, or takes it from them if all have it. Ports cannot be bypassed: they have nothing to hand through.
 * @throws {EditError} if a node does not exist, or none of them can have the mode.
 */
export function toggleMode(
  document: PatchbayDocument,
  moduleName: string,
  nodeIds: readonly string[],
  mode: Mode,
): Edit {
  const module = moduleNamed(document, moduleName);
  const nodes = nodeIds.map((id) => nodeWithId(module, id)).filter((node) => mode === 'mute' || !isPort(node));
  if (nodes.length === 0) throw new EditError('a port of a module cannot be bypassed: it has no input to hand through');
  const off = nodes.every((node) => node.mode === mode);
  const changes = createChanges(document);
  for (const { id } of nodes) changes.set(nodePath(moduleName, id, 'mode'), off ? undefined : mode);
  const what = nodes.length === 1 ? nodes[0]!.name : count(nodes.length, 'node');
  return {
    title: `${off ? WORDS[mode].off : WORDS[mode].on} ${what}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: nodes.map(({ id }) => id) },
  };
}
