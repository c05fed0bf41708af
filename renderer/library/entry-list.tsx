/** A search field and what it finds, for the library and for the quick search at the pointer: one keyboard for both. */
import {
  memo,
  useDeferredValue,
  useId,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { NODES } from '../../nodes/registry.ts';
import { useDocument } from '../app-context.ts';
import { useOpenModule } from '../canvas/use-facts.ts';
import { ENTRY_DATA, parametersOf } from './add-entry.ts';
import { parseCall, signature } from './call.ts';
import { OWN_MODULES, paletteGroups, type PaletteEntry, type PaletteGroup } from './entries.ts';
import { search } from './search.ts';

interface EntryListProps {
  /** @param written Arguments that were typed after its name; null for none. */
  readonly onAdd: (entry: PaletteEntry, written: string | null) => void;
  /** Only these are offered; absent: all. */
  readonly filter?: (entry: PaletteEntry) => boolean;
  /** How well an entry fits, 0 for not at all: while nothing is typed, those that fit come first, the best on top. */
  readonly rank?: (entry: PaletteEntry) => number;
  /** False where the document's own modules are listed elsewhere: then only a search finds them here. */
  readonly withOwn?: boolean;
  readonly autoFocus?: boolean;
  /** At the right of the search field, while it is empty. */
  readonly hint?: ReactNode;
  /** Entries can be dragged onto the canvas. */
  readonly draggable?: boolean;
  readonly disabled?: boolean;
}

export function EntryList(props: EntryListProps) {
  // What is offered may follow an edit in a render of its own: nobody waits for it as for a shape.
  const document = useDeferredValue(useDocument((state) => state.document));
  return <Entries {...props} document={document} />;
}

const Entries = memo(function Entries({
  document,
  onAdd,
  filter,
  rank,
  withOwn = true,
  autoFocus = false,
  hint,
  draggable = false,
  disabled = false,
}: EntryListProps & { readonly document: PatchbayDocument }) {
  const open = useOpenModule();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const all = useMemo(() => paletteGroups(NODES, MODULES, document, open), [document, open]);
  const call = parseCall(query);
  const groups = useMemo(() => {
    const hits = found(all, call.name, filter, rank);
    return withOwn ? hits : hits.filter(({ title }) => title !== OWN_MODULES);
  }, [all, call.name, filter, rank, withOwn]);
  const entries = groups.flatMap((group) => group.entries);
  const current = Math.min(active, entries.length - 1);
  const add = (entry: PaletteEntry): void => {
    onAdd(entry, call.written);
    setQuery('');
    setActive(0);
  };
  const activate = (index: number): void => {
    const next = Math.max(0, Math.min(entries.length - 1, index));
    setActive(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + 8,
      PageUp: current - 8,
    };
    const entry = entries[current];
    if (event.key in moves) activate(moves[event.key]!);
    else if (event.key === 'Enter' && entry && !disabled) add(entry);
    else if (event.key === 'Escape' && query !== '') setQuery('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="entry-list">
      <div className="entry-search">
        <input
          type="text"
          role="combobox"
          aria-expanded={entries.length > 0}
          aria-controls={entries.length > 0 ? `${id}-list` : undefined}
          aria-activedescendant={entries.length > 0 ? `${id}-${current}` : undefined}
          aria-autocomplete="list"
          aria-label="Search nodes"
          placeholder="Add a node"
          className="field"
          // The quick search opens to be typed in.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={autoFocus}
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        {query === '' && hint}
      </div>
      {call.written !== null && entries[current] && (
        <p className="entry-signature">
          <b>{entries[current].type}</b>({signature(parametersOf(document, entries[current]))})
        </p>
      )}
      {entries.length === 0 && (
        <p className="nothing" role="status">
          Nothing is called “{query}”. Try a type, as nn.Linear.
        </p>
      )}
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label="Nodes and modules"
        className="entries"
        tabIndex={-1}
        hidden={entries.length === 0}
      >
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <h4 aria-hidden="true">{group.title}</h4>
            {group.entries.map((entry) => {
              const at = entries.indexOf(entry);
              return (
                <EntryRow
                  key={`${entry.kind} ${entry.type}`}
                  id={`${id}-${at}`}
                  index={at}
                  entry={entry}
                  active={at === current}
                  draggable={draggable && !disabled}
                  disabled={disabled}
                  onHover={() => setActive(at)}
                  onAdd={() => add(entry)}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
});

interface EntryRowProps {
  readonly id: string;
  readonly index: number;
  readonly entry: PaletteEntry;
  readonly active: boolean;
  readonly draggable: boolean;
  readonly disabled: boolean;
  readonly onHover: () => void;
  readonly onAdd: () => void;
}

function EntryRow({ id, index, entry, active, draggable, disabled, onHover, onAdd }: EntryRowProps) {
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(ENTRY_DATA, JSON.stringify({ kind: entry.kind, type: entry.type }));
    event.dataTransfer.effectAllowed = 'copy';
  };
  return (
    // Options are chosen through the search field's arrow keys and Enter: it is the one stop of Tab.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      data-index={index}
      role="option"
      aria-selected={active}
      aria-disabled={disabled || undefined}
      className="entry"
      title={entry.help}
      draggable={draggable}
      onDragStart={onDragStart}
      onPointerMove={onHover}
      onClick={disabled ? undefined : onAdd}
    >
      <i className="kind" style={{ background: `var(--${entry.accent})` }} aria-hidden="true" />
      <span>{entry.title}</span>
      {entry.kind === 'module' && <em>module</em>}
    </div>
  );
}

/** The groups in their order while nothing is asked; one list, best first, while something is. */
function found(
  groups: readonly PaletteGroup[],
  query: string,
  filter: ((entry: PaletteEntry) => boolean) | undefined,
  rank: ((entry: PaletteEntry) => number) | undefined,
): readonly PaletteGroup[] {
  const offered = filter
    ? groups
        .map(({ title, entries }) => ({ title, entries: entries.filter(filter) }))
        .filter(({ entries }) => entries.length > 0)
    : groups;
  if (query.trim() === '') return rank ? ranked(offered, rank) : offered;
  const hits = search(
    offered.flatMap(({ entries }) => entries),
    query,
  );
  return hits.length > 0 ? [{ title: 'Found', entries: hits }] : [];
}

/** What fits in a group of its own, best first, before the rest in their groups. */
function ranked(groups: readonly PaletteGroup[], rank: (entry: PaletteEntry) => number): readonly PaletteGroup[] {
  const ranks = new Map(groups.flatMap(({ entries }) => entries.map((entry) => [entry, rank(entry)] as const)));
  const fitting = [...ranks].filter(([, value]) => value > 0).toSorted(([, a], [, b]) => b - a);
  const rest = groups
    .map(({ title, entries }) => ({ title, entries: entries.filter((entry) => ranks.get(entry) === 0) }))
    .filter(({ entries }) => entries.length > 0);
  return fitting.length > 0 ? [{ title: 'Fits', entries: fitting.map(([entry]) => entry) }, ...rest] : rest;
}
