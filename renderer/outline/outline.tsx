/**
 * The open module as a list to read: nodes in the order in which they run, their ports and what those are wired to. A
 * screen reader browses it as text; Enter leads to the place on the canvas, Delete removes a wire.
 */
import { X } from 'lucide-react';
import { memo, useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { removeEdges } from '../../graph/edits.ts';
import { NODES } from '../../nodes/registry.ts';
import { useApp, useDocument, useView } from '../app-context.ts';
import { portKey } from '../canvas/canvas-store.ts';
import { focusItem, focusPort } from '../canvas/focus.ts';
import { createEndNames, nodeName, portName } from '../canvas/names.ts';
import { createProjector } from '../canvas/node-view.ts';
import { useIdle, useLacking, useLayers, useNodeProblems, useOpenModule, usePortType } from '../canvas/use-facts.ts';
import { shownPort } from '../canvas/values.ts';
import { attemptEdit } from '../commands/attempt-edit.ts';
import { outlineRows, stepOf, typedAhead, type Row } from './rows.ts';

export function OutlinePanel() {
  const open = useView((state) => state.outline);
  return open && <Outline />;
}

/** Letters that come within this belong to one word. */
const WORD_MILLISECONDS = 700;

function Outline() {
  const app = useApp();
  const module = useOpenModule();
  const [project] = useState(() => createProjector(NODES));
  const [endNames] = useState(createEndNames);
  // It may follow an edit in a render of its own: nobody waits for it as for a shape.
  const document = useDeferredValue(useDocument((state) => state.document));
  const { nodes, edges } = project(document, module);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => outlineRows(nodes, edges, opened), [nodes, edges, opened]);
  const ends = endNames(nodes, edges);
  const [active, setActive] = useState(0);
  const at = Math.max(0, Math.min(active, rows.length - 1));
  const list = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', when: 0 });

  useEffect(() => list.current?.focus(), []);
  useEffect(() => {
    list.current?.querySelector(`[data-index="${at}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const fold = (id: string, open: boolean): void => {
    const next = new Set(opened);
    if (open) next.add(id);
    else next.delete(id);
    setOpened(next);
  };
  const goTo = (row: Row): void => {
    app.view.getState().select([row.view.id]);
    app.canvas.current?.reveal([row.view.id]);
    if (row.kind === 'node') focusItem(row.view.id);
    else focusPort(row.ref);
  };
  const unwire = ({ ref }: Extract<Row, { kind: 'port' }>): void => {
    const wires = edges.filter(({ from, to }) => {
      const [id, port] = ref.side === 'input' ? to : from;
      return id === ref.nodeId && port === ref.port;
    });
    if (wires.length > 0) attemptEdit(app, (now) => removeEdges(now, module, wires));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[at];
    const step = stepOf(event.key, at, rows);
    if (step && 'to' in step) setActive(step.to);
    else if (step) fold('fold' in step ? step.fold : step.unfold, 'unfold' in step);
    else if (event.key === 'Enter' && row) goTo(row);
    else if ((event.key === 'Delete' || event.key === 'Backspace') && row?.kind === 'port') unwire(row);
    else if (/^[\p{L}\d_]$/u.test(event.key)) {
      const begun = event.timeStamp - typed.current.when < WORD_MILLISECONDS ? typed.current.text : '';
      typed.current = { text: begun + event.key.toLowerCase(), when: event.timeStamp };
      const found = typedAhead(typed.current.text, at, rows);
      if (found !== -1) setActive(found);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className="outline" aria-label="Outline">
      <header>
        <h2>{module}</h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Close the outline"
          onClick={() => app.view.getState().setOutline(false)}
        >
          <X size={14} aria-hidden="true" />
        </button>
      </header>
      {rows.length === 0 && <p className="empty">No nodes yet.</p>}
      <div
        ref={list}
        role="tree"
        className="outline-rows"
        aria-label={`Nodes of ${module} in the order in which they run`}
        aria-activedescendant={rows.length > 0 ? `outline-${at}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {rows.map((row, index) => (
          <OutlineRow
            key={row.kind === 'node' ? row.view.id : `${row.view.id} ${row.port.side} ${row.port.name}`}
            row={row}
            index={index}
            active={index === at}
            ends={row.kind === 'port' ? ends.get(portKey(row.ref)) : undefined}
            onChoose={() => goTo(row)}
          />
        ))}
      </div>
    </section>
  );
}

interface OutlineRowProps {
  readonly row: Row;
  readonly index: number;
  readonly active: boolean;
  /** Of a port: what is at the other ends of its wires. */
  readonly ends: readonly string[] | undefined;
  readonly onChoose: () => void;
}

function OutlineRow({ row, index, active, ends, onChoose }: OutlineRowProps) {
  return (
    // The tree is the one stop of Tab, and its keys walk.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={`outline-${index}`}
      data-index={index}
      role="treeitem"
      aria-level={row.kind === 'node' ? 1 : 2}
      aria-expanded={row.kind === 'node' ? row.open : undefined}
      aria-selected={active}
      onClick={onChoose}
    >
      {row.kind === 'node' ? <NodeWords row={row} /> : <PortWords row={row} ends={ends ?? NONE} />}
    </div>
  );
}

const NONE: readonly string[] = [];

const NodeWords = memo(function NodeWords({ row: { view } }: { readonly row: Extract<Row, { kind: 'node' }> }) {
  const shown = shownPort(view);
  const type = usePortType(view, shown);
  const problems = useNodeProblems(view.id);
  const idle = useIdle(view);
  const lacking = useLacking(view, shown);
  const layers = useLayers(view);
  const errors = problems.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));
  const warning = problems.find(({ severity }) => severity === 'warning')?.message;
  const { name } = view;
  return (
    <span data-wrong={errors.length > 0 || undefined}>
      <b>{name}</b>
      {nodeName(view, { shown, type, errors, warning, layers, idle, lacking }).slice(name.length)}
    </span>
  );
});

interface PortWordsProps {
  readonly row: Extract<Row, { kind: 'port' }>;
  readonly ends: readonly string[];
}

const PortWords = memo(function PortWords({ row: { view, port }, ends }: PortWordsProps) {
  const type = usePortType(view, port);
  const problem = useNodeProblems(view.id).find(
    ({ severity, place }) => severity === 'error' && place.port?.side === port.side && place.port.name === port.name,
  );
  return <span data-wrong={problem !== undefined || undefined}>{portName(port, type, ends, problem?.message)}</span>;
});
