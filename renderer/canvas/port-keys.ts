/** Keys of a port that has the focus: along its node's ports and its wires, and what is done at it. */
import type { App } from '../app-context.ts';
import type { CanvasTools } from './canvas-context.ts';
import type { CanvasKey } from './canvas-keys.ts';
import { wireKey, type PortRef } from './canvas-store.ts';
import { focusItem } from './focus.ts';
import { refOf } from './ports.ts';
import { goToPort } from './walking.ts';

/** @returns false for a key that is not the port's: its node and the commands have it. */
export function handlePortKey(event: CanvasKey, ref: PortRef, app: App, tools: CanvasTools): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  switch (event.key) {
    case 'ArrowUp':
    case 'ArrowDown':
      return besides(ref, event.key === 'ArrowUp' ? -1 : 1, app, tools);
    case 'ArrowLeft':
    case 'ArrowRight':
      return along(ref, event.key, app, tools);
    case 'Escape':
      focusItem(ref.nodeId);
      return true;
    default:
      return !tools.actions.readOnly() && act(event, ref, app, tools);
  }
}

function act(event: CanvasKey, ref: PortRef, app: App, { store, actions }: CanvasTools): boolean {
  const into = actions.wireInto(ref);
  switch (event.key) {
    case 'Enter':
    case ' ':
    case 'w':
    case 'W':
      store.setState({ connecting: ref });
      return true;
    case 'a':
    case 'A':
      app.canvas.current?.addTo(ref.nodeId, ref);
      return true;
    case 'i':
    case 'I':
      if (into) app.canvas.current?.addInto(into);
      return into !== null;
    case 'r':
    case 'R': {
      const at = into && actions.middleOf(into);
      if (at) actions.addReroute(into, at);
      return at !== null;
    }
    case 'Delete':
    case 'Backspace':
      if (into) actions.disconnect(into);
      else if (ref.side === 'output') actions.disconnectAll(new Set(wiresFrom(ref, actions).map(wireKey)));
      return true;
    default:
      return false;
  }
}

/** To the port above or below of the same node, outputs after inputs. */
function besides({ nodeId, side, port }: PortRef, steps: number, app: App, { placed }: CanvasTools): boolean {
  const view = placed().find((node) => node.view.id === nodeId)?.view;
  const ports = view ? [...view.inputs, ...view.outputs] : [];
  const next = ports[ports.findIndex((one) => one.side === side && one.name === port) + steps];
  if (next) goToPort(app, refOf(nodeId, next));
  return true;
}

/** To the other end of its wire; into its node from an input, and out of it to where the node is fed. */
function along(ref: PortRef, key: 'ArrowLeft' | 'ArrowRight', app: App, { placed, actions }: CanvasTools): boolean {
  const outwards = (ref.side === 'input') === (key === 'ArrowLeft');
  const view = placed().find((node) => node.view.id === ref.nodeId)?.view;
  if (!outwards) {
    const across = ref.side === 'input' ? view?.outputs[0] : view?.inputs[0];
    if (across) goToPort(app, refOf(ref.nodeId, across));
    return true;
  }
  const wire = ref.side === 'input' ? actions.wireInto(ref) : wiresFrom(ref, actions)[0];
  if (!wire) app.notices.getState().say('Not wired');
  else if (ref.side === 'input') goToPort(app, { nodeId: wire.from[0], side: 'output', port: wire.from[1] });
  else goToPort(app, { nodeId: wire.to[0], side: 'input', port: wire.to[1] });
  return true;
}

function wiresFrom({ nodeId, port }: PortRef, { wires }: CanvasTools['actions']) {
  return wires().filter(({ from }) => from[0] === nodeId && from[1] === port);
}
