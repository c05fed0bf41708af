/** Wiring by keyboard: the ports that a wire from this one could end at, nearest first, and why the others cannot. */
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useFlowPoint } from './use-flow-point.ts';
import { useCanvas, useCanvasState } from './canvas-context.ts';
import { portKey, type Fit, type PortRef } from './canvas-store.ts';
import type { NodeView } from './node-view.ts';
import { openModule, type PortId } from './use-facts.ts';
import { portType } from './values.ts';
import { useApp } from '../app-context.ts';
import { formatDims } from '../previews/format.ts';
import { portPoint, wireBetween, type PlacedNode } from './ports.ts';

const WIDTH = 280;
const HEIGHT = 290;

export function ConnectList() {
  const from = useCanvasState((state) => state.connecting);
  return from ? <ConnectListFrom key={portKey(from)} from={from} /> : null;
}

interface Candidate {
  readonly port: PortRef;
  /** `q_proj output`. */
  readonly label: string;
  /** As far as it is known. */
  readonly shape: string;
  /** What the input is wired to now: it takes one wire. */
  readonly replaces: string | undefined;
  readonly fit: Fit;
  readonly distance: number;
}

function ConnectListFrom({ from }: { readonly from: PortRef }) {
  const { store, actions, wirer, placed, endNames } = useCanvas();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement);
  const { derived, view } = useApp();
  const all = useMemo(() => {
    const { tree, inference, document } = derived.getState();
    const { openPath, layerOf } = view.getState();
    const open = openModule(derived.getState(), view.getState());
    const definition = document.modules.find(({ name }) => name === open);
    const ends = endNames(definition?.nodes ?? [], definition?.edges ?? []);
    return candidates(from, placed(), wirer.fits(from)).map((candidate): Candidate => {
      const type = portType(tree, inference, openPath, candidate.node, portId(candidate.port), layerOf);
      const [other] = candidate.port.side === 'input' ? (ends.get(portKey(candidate.port)) ?? []) : [];
      return { ...candidate, shape: type ? formatDims(type.dims) : '', replaces: other };
    });
  }, [from, placed, wirer, derived, view, endNames]);
  const shown = found(all, query);
  const at = useFlowPoint(useMemo(() => pointOf(placed(), from), [placed, from]));
  const current = Math.min(active, shown.length - 1);
  const node = placed().find(({ view }) => view.id === from.nodeId)?.view;

  const close = (): void => {
    store.setState({ connecting: null });
    if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
  };
  const choose = ({ port, fit }: Candidate): void => {
    if (fit !== true) return;
    actions.rewire(null, wireBetween(from, port));
    close();
  };
  useEffect(() => {
    list.current?.querySelector(`[data-index="${current}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const candidate = shown[current];
    if (event.key === 'ArrowDown') setActive(Math.min(shown.length - 1, current + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, current - 1));
    else if (event.key === 'Enter' && candidate) choose(candidate);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="connect-list"
      role="dialog"
      aria-label={`Wire ${node?.name ?? ''} ${from.port}`}
      style={{ left: Math.min(at.x + 12, innerWidth - WIDTH - 8), top: Math.min(at.y - 14, innerHeight - HEIGHT - 8) }}
    >
      <input
        className="field"
        role="combobox"
        aria-expanded="true"
        aria-controls="connect-options"
        aria-activedescendant={shown.length > 0 ? `connect-${current}` : undefined}
        aria-label={from.side === 'output' ? `Where ${from.port} goes` : `Where ${from.port} comes from`}
        placeholder={from.side === 'output' ? `${from.port} goes to…` : `${from.port} comes from…`}
        // It opens to be typed in.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => store.setState({ connecting: null })}
      />
      <div ref={list} id="connect-options" role="listbox" aria-label="Ports">
        {shown.map((candidate, index) => (
          // Chosen through the field's arrow keys and Enter.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={portKey(candidate.port)}
            id={`connect-${index}`}
            data-index={index}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            aria-disabled={candidate.fit !== true}
            // The field keeps the focus, whose loss would close the list before the click.
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setActive(index)}
            onClick={() => choose(candidate)}
          >
            <span>{candidate.label}</span>
            {candidate.fit === true ? (
              <em>{candidate.replaces === undefined ? candidate.shape : `in place of ${candidate.replaces}`}</em>
            ) : (
              <small>{candidate.fit}</small>
            )}
          </div>
        ))}
        {shown.length === 0 && <div className="nothing">No port fits</div>}
      </div>
    </div>
  );
}

function pointOf(nodes: readonly PlacedNode[], ref: PortRef): { x: number; y: number } {
  const node = nodes.find(({ view }) => view.id === ref.nodeId);
  return (node && portPoint(node, ref)) ?? { x: 0, y: 0 };
}

/** What fits comes first, free inputs before wired ones; of those, what is called as was typed before what only holds it. */
function found(all: readonly Candidate[], query: string): readonly Candidate[] {
  const wanted = query.trim().toLowerCase().replaceAll('.', ' ');
  const named = ({ label }: Candidate): boolean => `${label.toLowerCase()} `.startsWith(`${wanted} `);
  const hits = all.filter(({ label }) => label.toLowerCase().includes(wanted));
  return hits.toSorted(
    (a, b) =>
      Number(b.fit === true) - Number(a.fit === true) ||
      Number(named(b)) - Number(named(a)) ||
      Number(a.replaces !== undefined) - Number(b.replaces !== undefined),
  );
}

function portId({ side, port }: PortRef): PortId {
  return { side, name: port };
}

type Place = Pick<Candidate, 'port' | 'label' | 'fit' | 'distance'> & { readonly node: NodeView };

/** Ports that fit before those that do not, nearest first. */
function candidates(from: PortRef, nodes: readonly PlacedNode[], fits: ReadonlyMap<string, Fit>): readonly Place[] {
  const start = pointOf(nodes, from);
  const side = from.side === 'input' ? 'output' : 'input';
  return nodes
    .flatMap((node) =>
      (side === 'input' ? node.view.inputs : node.view.outputs).flatMap(({ name }): Place[] => {
        const port: PortRef = { nodeId: node.view.id, side, port: name };
        const fit = fits.get(portKey(port));
        if (fit === undefined) return [];
        const at = portPoint(node, port)!;
        return [
          {
            port,
            fit,
            node: node.view,
            label: `${node.view.name} ${name}`,
            distance: Math.hypot(at.x - start.x, at.y - start.y),
          },
        ];
      }),
    )
    .sort((a, b) => Number(b.fit === true) - Number(a.fit === true) || a.distance - b.distance);
}
