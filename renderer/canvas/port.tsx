/** A port: the dot a wire begins or ends at, by pointer or by keyboard. */
import { speakDims } from '../previews/format.ts';
import type { PortType } from '../../graph/signature.ts';
import { useCanvas, useCanvasState } from './canvas-context.ts';
import { portKey } from './canvas-store.ts';
import type { NodeView, PortView } from './node-view.ts';
import { refOf } from './ports.ts';
import { openModule, useFact, useNodeProblems } from './use-facts.ts';
import { flowOf } from './values.ts';

interface PortProps {
  readonly view: NodeView;
  readonly port: PortView;
  /** As far as it is known. */
  readonly type: PortType | undefined;
  /** Ports of nodes that are not selected are passed over by Tab: the node itself is one stop. */
  readonly reachable: boolean;
}

export function Port({ view, port, type, reachable }: PortProps) {
  const { store, wirer, actions } = useCanvas();
  const ref = refOf(view.id, port);
  const key = portKey(ref);
  const wired = useWired(key);
  const wrong = useNodeProblems(view.id).some(
    ({ severity, place }) => severity === 'error' && place.port?.side === port.side && place.port.name === port.name,
  );
  const fit = useCanvasState(({ wiring }) => wiring?.fits.get(key));
  const role = useCanvasState(({ wiring }) => {
    if (!wiring) return undefined;
    if (portKey(wiring.from) === key) return 'from';
    if (wiring.over && portKey(wiring.over) === key) return 'over';
    return wiring.fits.get(key) === true ? 'fits' : 'faded';
  });
  return (
    <button
      type="button"
      className={`port nodrag nopan ${port.side}`}
      tabIndex={reachable ? 0 : -1}
      data-port={key}
      data-role={role}
      data-wired={wired || undefined}
      data-wrong={wrong || undefined}
      style={{ '--flow': `var(--${flowOf(view, port, type)})` } as React.CSSProperties}
      aria-label={portLabel(port, type, wired)}
      title={typeof fit === 'string' ? fit : undefined}
      onPointerDown={(event) => {
        if (event.button !== 0 || actions.readOnly()) return;
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.focus({ preventScroll: true });
        wirer.start(ref, event);
      }}
      onKeyDown={(event) => {
        if (actions.readOnly()) return;
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          event.stopPropagation();
          store.setState({ connecting: ref });
        } else if ((event.key === 'Delete' || event.key === 'Backspace') && port.side === 'input') {
          const edge = actions.wireInto(ref);
          if (!edge) return;
          event.preventDefault();
          event.stopPropagation();
          actions.disconnect(edge);
        }
      }}
    />
  );
}

function useWired(key: string): boolean {
  const { wiredPorts } = useCanvas();
  return useFact((derived, view) => {
    const open = openModule(derived, view);
    const definition = derived.document.modules.find(({ name }) => name === open);
    return definition !== undefined && wiredPorts(definition.edges).has(key);
  });
}

/** `Input hidden_states, batch 1, patches 196, wired. Enter connects, Delete disconnects.` */
function portLabel(port: PortView, type: PortType | undefined, wired: boolean): string {
  const kind = port.side === 'input' ? 'Input' : 'Output';
  const shape = type ? `, ${speakDims(type.dims)}` : '';
  return `${kind} ${port.name}${shape}, ${wired ? 'wired' : port.optional ? 'optional, not wired' : 'not wired'}`;
}
