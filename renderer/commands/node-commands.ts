/** Commands on the selected nodes themselves: whether they are called, how much of them is shown, their names and wires. */
import { toggleMode } from '../../graph/edits.ts';
import { isPort } from '../../graph/ports.ts';
import type { Mode } from '../../graph/schema.ts';
import type { App } from '../app-context.ts';
import { attemptEdit } from './attempt-edit.ts';
import type { Command } from './command.ts';
import { all, anySelected, editable, onCanvas } from './conditions.ts';
import { openModule, selectedNode, selectedNodes } from './open-module.ts';

const oneSelected: Command['when'] = (app) => selectedNode(app) !== undefined || 'Select one node';

export const NODE_COMMANDS: readonly Command[] = [
  {
    id: 'edit.rename',
    title: 'Rename',
    group: 'edit',
    keys: ['F2'],
    when: all(editable, onCanvas, oneSelected),
    run: (app) => app.canvas.current?.rename(selectedNode(app)!.id),
  },
  {
    id: 'edit.wire',
    title: 'Wire to…',
    group: 'edit',
    keys: ['W'],
    when: all(editable, onCanvas, oneSelected),
    run: (app) => app.canvas.current?.connect(selectedNode(app)!.id),
  },
  {
    id: 'edit.add-to',
    title: 'Add a node to the selected one…',
    group: 'edit',
    keys: ['A'],
    when: all(editable, onCanvas, oneSelected),
    run: (app) => app.canvas.current?.addTo(selectedNode(app)!.id),
  },
  {
    id: 'edit.mute',
    title: 'Mute or unmute',
    group: 'edit',
    keys: ['M'],
    when: all(editable, anySelected),
    run: (app) => toggle(app, 'mute'),
  },
  {
    id: 'edit.bypass',
    title: 'Bypass or stop bypassing',
    group: 'edit',
    keys: ['B'],
    when: all(
      editable,
      anySelected,
      (app) => selectedNodes(app).some((node) => !isPort(node)) || 'A port has no input to hand through',
    ),
    run: (app) => toggle(app, 'bypass'),
  },
  {
    id: 'view.collapse',
    title: 'Collapse or expand the selection',
    group: 'view',
    keys: ['C'],
    when: all(onCanvas, anySelected),
    run: (app) => app.canvas.current?.fold(selectedNodes(app).map(({ id }) => id)),
  },
];

function toggle(app: App, mode: Mode): void {
  attemptEdit(app, (document) => toggleMode(document, openModule(app).name, [...app.view.getState().selection], mode));
}
