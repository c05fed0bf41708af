/** Commands that make modules and take them apart. */
import {
  combine,
  EditError,
  groupNodes,
  importableModules,
  makeUnique,
  removeModule,
  ungroupNode,
  type Edit,
} from '../../graph/edits.ts';
import { childPath, portPath } from '../../graph/instance.ts';
import { closureOf, finder } from '../../graph/modules.ts';
import { isPort } from '../../graph/ports.ts';
import { IDENTIFIER, isInstance, type PatchbayDocument } from '../../graph/schema.ts';
import { hasWeights, redrawnByGroup } from '../../nodes/redraws.ts';
import { NODES } from '../../nodes/registry.ts';
import type { App } from '../app-context.ts';
import type { Command } from './command.ts';
import { all, editable } from './conditions.ts';
import { readWithDialog } from './documents.ts';
import { openModule, selectedNode, selectedNodes } from './open-module.ts';

export const MODULE_COMMANDS: readonly Command[] = [
  {
    id: 'edit.group',
    title: 'Group as a module',
    group: 'edit',
    keys: ['Mod+G'],
    when: all(
      editable,
      (app) => selectedNodes(app).some((node) => !isPort(node)) || 'Select the nodes that belong together',
    ),
    run: group,
  },
  {
    id: 'edit.ungroup',
    title: 'Ungroup',
    group: 'edit',
    keys: ['Mod+Shift+G'],
    when: all(editable, oneInstance),
    run: (app) => {
      attempt(app, () =>
        ungroupNode(app.document.getState().document, NODES, openModule(app).name, selectedNode(app)!.id),
      );
    },
  },
  {
    id: 'edit.make-unique',
    title: 'Make unique',
    group: 'edit',
    when: all(
      editable,
      oneInstance,
      (app) => usesOf(app, selectedNode(app)!) > 1 || 'It is the only instance of its module',
    ),
    run: (app) => {
      attempt(app, () => makeUnique(app.document.getState().document, openModule(app).name, selectedNode(app)!.id));
    },
  },
  {
    id: 'edit.import-modules',
    title: 'Import modules from a file…',
    group: 'file',
    when: editable,
    run: importFromFile,
  },
  {
    id: 'edit.delete-unused-modules',
    title: 'Delete unused modules',
    group: 'edit',
    when: all(editable, (app) => unusedModules(app).length > 0 || 'Every module is used'),
    run: (app) => {
      const { document } = app.document.getState();
      const names = unusedModules(app);
      const steps = names.map((name) => (current: PatchbayDocument) => removeModule(current, name));
      app.document.getState().dispatch(combine(document, `Delete ${names.join(', ')}`, steps));
      app.notices.getState().tell(`Deleted ${names.join(', ')}`);
    },
  },
];

/** Modules that no instance leads to from the main module, callers before what they call. */
function unusedModules(app: App): readonly string[] {
  const { document } = app.document.getState();
  const used = new Set(closureOf([document.main], finder(document)).map(({ name }) => name));
  const unused = document.modules.map(({ name }) => name).filter((name) => !used.has(name));
  return closureOf(unused, finder(document))
    .map(({ name }) => name)
    .filter((name) => !used.has(name))
    .toReversed();
}

/** Opens the choice of modules of a file (renderer/library/import-dialog.tsx). */
async function importFromFile(app: App): Promise<void> {
  const source = await readWithDialog(app);
  if (!source) return;
  if (importableModules(source.document).length > 0) app.view.getState().setImporting(source);
  else app.notices.getState().tell(`${source.name} has no modules besides its main one`, 'error');
}

function oneInstance(app: App): true | string {
  const node = selectedNode(app);
  return (node !== undefined && isInstance(node)) || 'Select one instance of a module';
}

function usesOf(app: App, node: NonNullable<ReturnType<typeof selectedNode>>): number {
  const { modules } = app.document.getState().document;
  if (!isInstance(node)) return 0;
  return modules.reduce(
    (count, { nodes }) => count + nodes.filter((one) => isInstance(one) && one.module === node.module).length,
    0,
  );
}

/** Asks what the module is to be called, once it is clear that it can be made. */
async function group(app: App): Promise<void> {
  const made = attempted(app, () => grouped(app, undefined));
  if (!made) return;
  const { button, text } = await app.notices.getState().ask({
    title: 'Group as a module',
    message: 'The nodes move into a module of their own; their wires to the outside become its ports.',
    input: { label: 'Name of the module', initial: nameOf(made) },
    buttons: [
      { id: 'cancel', label: 'Cancel' },
      { id: 'group', label: 'Group', kind: 'primary' },
    ],
  });
  if (button !== 'group') return;
  const name = text.trim();
  if (!IDENTIFIER.test(name)) {
    app.notices.getState().tell(`“${name}” is no name of a class: letters, digits and _, no digit first`, 'error');
    return;
  }
  const { document } = app.document.getState();
  const module = openModule(app).name;
  if (attempt(app, () => grouped(app, name))) tellRedraws(app, document, module);
}

/** Weights are drawn in the order of construction: what the group overtakes is drawn anew, and that is said. */
function tellRedraws(app: App, before: PatchbayDocument, module: string): void {
  const node = selectedNode(app);
  if (!node) return;
  const redrawn = redrawnByGroup(before, app.document.getState().document, { module, instance: node.name });
  const [first] = redrawn;
  if (first === undefined) return;
  const more = redrawn.length > 1 ? ` and ${redrawn.length - 1} more` : '';
  app.notices
    .getState()
    .tell(`The group is constructed as one, so the seed now draws other numbers for ${first}${more}`);
}

/** Name of the module that an edit adds. */
function nameOf({ diff }: Edit): string {
  const added = diff.find(({ kind, path }) => kind === 'insert' && path.length === 2 && path[0] === 'modules');
  return added?.path[1] ?? '';
}

/** Ports declare what flows in the instance that is on the canvas. */
function grouped(app: App, name: string | undefined): Edit {
  const { document } = app.document.getState();
  const { openPath, selection } = app.view.getState();
  const { inference } = app.derived.getState();
  const module = openModule(app);
  const names = new Map(module.nodes.map(({ id, name }) => [id, name]));
  return groupNodes(document, NODES, module.name, [...selection], {
    ...(name !== undefined && { name }),
    hasWeights: (node) => hasWeights(document, node),
    typeOf: (nodeId, port) => {
      const path = childPath(openPath, names.get(nodeId)!);
      // An input of the module that is open is known by the module's own port.
      return inference.outputs.get(portPath(path, port)) ?? inference.inputs.get(path);
    },
  });
}

/** Dispatches the edit and selects what it is about; what cannot be done is told in its own words. @returns whether it was. */
function attempt(app: App, make: () => Edit): boolean {
  const edit = attempted(app, make);
  if (!edit) return false;
  app.document.getState().dispatch(edit);
  const nodeIds = edit.place?.nodeIds ?? [];
  app.view.getState().select(nodeIds);
  // Their cards are there after the next frame.
  requestAnimationFrame(() => app.canvas.current?.reveal(nodeIds));
  return true;
}

function attempted(app: App, make: () => Edit): Edit | null {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    app.notices.getState().tell(error.message, 'error');
    return null;
  }
}
