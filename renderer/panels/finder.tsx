/** One field over the window: Ctrl+K finds commands and runs them, Ctrl+F finds nodes at any depth and goes there. */
import { Dialog } from '@base-ui/react/dialog';
import { useDeferredValue, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { NODES } from '../../nodes/registry.ts';
import { useApp, useDerived, useView } from '../app-context.ts';
import { showChord } from '../commands/keys.ts';
import { goToInstance, goToPort } from '../commands/navigate.ts';
import type { Finder as Mode } from '../stores/view.ts';
import { createInstanceFinder, findCommands } from './find.ts';
import { selectedCard } from '../canvas/focus.ts';
import { focusNow } from '../keyboard/focus-now.ts';

export function Finder() {
  const { view } = useApp();
  const mode = useView((state) => state.finder);
  // While the dialog closes, it still shows what it was for.
  const [shown, setShown] = useState<Mode>('commands');
  if (mode !== null && mode !== shown) setShown(mode);
  const field = useRef<HTMLInputElement>(null);
  // The node that was gone to, if one was; else where the focus was before.
  const finalFocus = () => (shown === 'nodes' ? selectedCard(view.getState().selection) : null) ?? true;
  return (
    <Dialog.Root open={mode !== null} onOpenChange={(open) => !open && view.getState().setFinder(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="finder-backdrop" />
        <Dialog.Popup className="finder" initialFocus={() => focusNow(field.current)} finalFocus={finalFocus}>
          <Dialog.Title className="visually-hidden">{shown === 'commands' ? 'Commands' : 'Find'}</Dialog.Title>
          {shown === 'commands' ? <Commands field={field} /> : <Nodes field={field} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ListProps {
  readonly field: React.RefObject<HTMLInputElement | null>;
}

function Commands({ field }: ListProps) {
  const app = useApp();
  const [query, setQuery] = useState('');
  const found = findCommands(app.commands.list, query).filter(({ command }) => command.id !== 'view.commands');
  return (
    <ResultList
      field={field}
      label="Commands"
      placeholder="What do you want to do?"
      query={query}
      onQuery={setQuery}
      count={found.length}
      onChoose={(index) => {
        const { command } = found[index]!;
        app.view.getState().setFinder(null);
        app.commands.run(command.id);
      }}
      isPossible={(index) => found[index]!.command.when(app) === true}
      nothing={`No command is called “${query}”.`}
      renderRow={(index) => {
        const { command } = found[index]!;
        const possible = command.when(app);
        const chord = app.keys.getState().chords.get(command.id)?.[0];
        return (
          <>
            <span aria-disabled={possible !== true}>{command.title}</span>
            {possible !== true && <small>{possible}</small>}
            {chord !== undefined && <kbd>{showChord(chord, app.platform.mac)}</kbd>}
          </>
        );
      }}
    />
  );
}

function Nodes({ field }: ListProps) {
  const app = useApp();
  const [query, setQuery] = useState('');
  const tree = useDerived((state) => state.tree);
  const inference = useDerived((state) => state.inference);
  const cost = useDerived((state) => state.cost);
  const asked = useDeferredValue(query);
  const find = useMemo(() => createInstanceFinder(tree, inference, cost, NODES), [tree, inference, cost]);
  const found = find(asked);
  return (
    <ResultList
      field={field}
      label="Nodes"
      placeholder="Name, type, weight, dimension or shape: q_proj.weight, Linear, [1, 196, 768]"
      query={query}
      onQuery={setQuery}
      count={found.length}
      onChoose={(index) => {
        // Whoever types and presses Enter at once means what is typed, not what was found for its beginning.
        const chosen = asked === query ? found[index] : find(query)[0];
        if (!chosen) return;
        const { path, port } = chosen;
        app.view.getState().setFinder(null);
        if (port) goToPort(app, port);
        else goToInstance(app, path);
      }}
      nothing={`No node matches “${query}”.`}
      renderRow={(index) => {
        const { path, title, type, shape, parameters } = found[index]!;
        const around = path.slice(0, path.length - title.length);
        return (
          <>
            <span title={path}>
              <i>{around}</i>
              {title}
            </span>
            <em>{type}</em>
            <small>{shape}</small>
            {parameters !== '' && <small>{parameters}</small>}
          </>
        );
      }}
    />
  );
}

interface ResultListProps extends ListProps {
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly count: number;
  readonly renderRow: (index: number) => ReactNode;
  readonly onChoose: (index: number) => void;
  readonly nothing: string;
  /** False for a row that only tells why it cannot be chosen; absent: all can. */
  readonly isPossible?: (index: number) => boolean;
}

/** A field with a list that is walked by arrow keys; Enter chooses. */
function ResultList(props: ResultListProps) {
  const { field, label, placeholder, query, onQuery, count, renderRow, onChoose, nothing, isPossible } = props;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const current = Math.max(0, Math.min(active, count - 1));
  const walk = (index: number): void => {
    const next = Math.max(0, Math.min(count - 1, index));
    setActive(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + 8,
      PageUp: current - 8,
    };
    if (event.key in moves) walk(moves[event.key]!);
    else if (event.key === 'Enter' && count > 0) onChoose(current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-expanded={count > 0}
        aria-controls={count > 0 ? `${id}-list` : undefined}
        aria-activedescendant={count > 0 ? `${id}-${current}` : undefined}
        aria-autocomplete="list"
        aria-label={label}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        value={query}
        onChange={(event) => {
          onQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      {count === 0 && (
        <p className="found" role="status">
          {nothing}
        </p>
      )}
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        className="found"
        tabIndex={-1}
        hidden={count === 0}
      >
        {Array.from({ length: count }, (_, index) => (
          // Options are chosen through the field's arrow keys and Enter: it is the one stop of Tab.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            // The place in the list is what is chosen; rows have no state.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            id={`${id}-${index}`}
            data-index={index}
            role="option"
            aria-selected={index === current}
            aria-disabled={isPossible?.(index) === false || undefined}
            onPointerMove={() => setActive(index)}
            onClick={() => onChoose(index)}
          >
            {renderRow(index)}
          </div>
        ))}
      </div>
    </>
  );
}
