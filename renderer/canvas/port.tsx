/** A port: the dot a wire begins or ends at, by pointer or by keyboard. */
import type { PortType } from '../../graph/signature.ts';
import { useCard } from './card-context.ts';
import { useCanvas, useCanvasState } from './canvas-context.ts';
import { portKey, type Wiring } from './canvas-store.ts';
import { portName } from './names.ts';
import type { NodeView, PortView } from './node-view.ts';
import { refOf } from './ports.ts';
import { openModule, useFact, useNodeProblems } from './use-facts.ts';
import { flowOf } from './values.ts';

interface PortProps {
  readonly view: NodeView;
  readonly port: PortView;
  /** As far as it is known. */
  readonly type: PortType | undefined;
}

export function Port({ view, port, type }: PortProps) {
  const { store, wirer, actions } = useCanvas();
  const { tabIndex } = useCard();
  const ref = refOf(view.id, port);
  const key = portKey(ref);
  const ends = useEnds(key);
  const problem = useNodeProblems(view.id).find(
    ({ severity, place }) => severity === 'error' && place.port?.side === port.side && place.port.name === port.name,
  );
  const role = useCanvasState(({ wiring }) => wiring && roleOf(wiring, key));
  const fit = role === 'faded' ? store.getState().wiring?.fits.get(key) : undefined;
  return (
    <button
      type="button"
      className={`port nodrag nopan ${port.side}`}
      tabIndex={tabIndex}
      data-port={key}
      data-role={role ?? undefined}
      data-wired={ends.length > 0 || undefined}
      data-wrong={problem !== undefined || undefined}
      style={{ '--flow': `var(--${flowOf(view, port, type)})` } as React.CSSProperties}
      aria-label={portName(port, type, ends, problem?.message)}
      title={typeof fit === 'string' ? fit : undefined}
      onPointerDown={(event) => {
        if (event.button !== 0 || actions.readOnly()) return;
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.focus({ preventScroll: true });
        wirer.start(ref, event);
      }}
      onContextMenu={(event) => {
        // Of a wired input it is the wire's: the one way to its menu by keyboard.
        const edge = actions.wireInto(ref);
        const at = edge && actions.middleOf(edge);
        if (!at) return;
        event.preventDefault();
        event.stopPropagation();
        store.setState({ menu: { x: event.clientX, y: event.clientY, at, target: { kind: 'wire', edge } } });
      }}
    />
  );
}

function roleOf({ from, over, fits }: Wiring, key: string): 'from' | 'over' | 'fits' | 'faded' {
  if (portKey(from) === key) return 'from';
  if (over && portKey(over) === key) return 'over';
  return fits.get(key) === true ? 'fits' : 'faded';
}

/** What is at the other ends of its wires. */
function useEnds(key: string): readonly string[] {
  const { endNames } = useCanvas();
  return (
    useFact((derived, view) => {
      const open = openModule(derived, view);
      const definition = derived.document.modules.find(({ name }) => name === open);
      return definition && endNames(definition.nodes, definition.edges).get(key);
    }) ?? NONE
  );
}

const NONE: readonly string[] = [];
