/** The modules of the open document: how often each is used and where, and what can be done with it. */
import { Menu } from '@base-ui/react/menu';
import { ChevronDown, ChevronRight, Ellipsis, FileInput } from 'lucide-react';
import {
  Fragment,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
} from 'react';
import { duplicateModule, removeModule, renameModule } from '../../graph/edits.ts';
import { NODES } from '../../nodes/registry.ts';
import { useApp, useDerived, useDocument, useView } from '../app-context.ts';
import { useOpenModule } from '../canvas/use-facts.ts';
import { goToDefinition, goToNode } from '../commands/navigate.ts';
import { chordOf, showChord } from '../commands/keys.ts';
import { NameField } from '../inspector/name-field.tsx';
import { useEdit } from '../inspector/use-edit.ts';
import { CommandButton } from '../panels/command-button.tsx';
import { useReadOnlyReason } from '../panels/read-only.tsx';
import { ResizeHandle } from '../panels/resize-handle.tsx';
import { addEntry, ENTRY_DATA } from './add-entry.ts';
import { countUses, moduleRows, type ModuleRow, type Possible } from './module-rows.ts';

export function ModulesPanel() {
  const { view } = useApp();
  const { open, size } = useView((state) => state.panels.modules);
  const setPanel = view.getState().setPanel;
  return (
    <section
      className="modules-panel"
      aria-label="Modules of this document"
      style={open ? { height: size } : undefined}
      data-folded={!open || undefined}
    >
      {open && (
        <ResizeHandle
          label="Height of the modules"
          orientation="horizontal"
          direction={-1}
          size={size}
          minimum={90}
          maximum={600}
          onResize={(height) => setPanel('modules', { size: height })}
        />
      )}
      <header>
        <h2>
          <button type="button" aria-expanded={open} onClick={() => setPanel('modules', { open: !open })}>
            {open ? <ChevronDown size={13} aria-hidden="true" /> : <ChevronRight size={13} aria-hidden="true" />}
            Modules of this document
          </button>
        </h2>
        <CommandButton id="edit.import-modules">
          <FileInput size={14} aria-hidden="true" />
        </CommandButton>
      </header>
      {open && <Rows />}
    </section>
  );
}

function Rows() {
  // As in the palette: nobody waits for a list of modules as for a shape.
  const document = useDeferredValue(useDocument((state) => state.document));
  const tree = useDeferredValue(useDerived((state) => state.tree));
  const open = useOpenModule();
  const shown = useMemo(
    () => new Set(tree.byPath.values().map((one) => (one.kind === 'leaf' ? '' : one.module))),
    [tree],
  );
  const rows = useMemo(() => moduleRows(document, NODES, open, shown), [document, open, shown]);
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  // The row that the focus goes to once it is there: one that got another name, or the one after a deleted one.
  const awaited = useRef<string | null>(null);
  useEffect(() => {
    const at = rows.findIndex(({ name }) => name === awaited.current);
    if (at === -1) return;
    awaited.current = null;
    list.current?.querySelectorAll<HTMLElement>('.module-row')[at]?.focus();
  }, [rows]);
  const { platform } = useApp();
  if (rows.length === 0) {
    return (
      <p className="nothing">
        None yet. Select nodes and press <kbd>{showChord('Mod+G', platform.mac)}</kbd> to make one, or import some from
        another file.
      </p>
    );
  }
  const at = Math.min(current, rows.length - 1);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setCurrent(next);
    list.current?.querySelectorAll<HTMLElement>('.module-row')[next]?.focus();
  };
  return (
    <ul ref={list} className="module-rows">
      {rows.map((row, index) => (
        <Fragment key={row.name}>
          {row.shipped && !rows[index - 1]?.shipped && <li className="module-rows-label">Copies of shipped modules</li>}
          <Row
            row={row}
            isStop={index === at}
            onFocus={() => setCurrent(index)}
            onMove={(by) => move(index + by)}
            onGone={(to) => (awaited.current = to ?? (rows[index + 1] ?? rows[index - 1])?.name ?? null)}
          />
        </Fragment>
      ))}
    </ul>
  );
}

interface RowProps {
  readonly row: ModuleRow;
  /** The one that Tab goes to; arrows go to the others. */
  readonly isStop: boolean;
  readonly onFocus: () => void;
  readonly onMove: (by: number) => void;
  /** The row ends under this name: the focus goes to the one of the new name, or to its neighbour. */
  readonly onGone: (to?: string) => void;
}

function Row({ row, isStop, onFocus, onMove, onGone }: RowProps) {
  const app = useApp();
  const edit = useEdit();
  const readOnly = useReadOnlyReason();
  const [listed, setListed] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const tab = isStop ? 0 : -1;
  const editing: Possible = readOnly ?? true;
  const actions = {
    place: {
      possible: editing === true ? row.placing : editing,
      run: () => addEntry(app, entryOf(row), app.canvas.current?.insertionPoint() ?? [0, 0]),
    },
    open: { possible: row.opening, run: () => goToDefinition(app, row.name) },
    rename: { possible: editing, run: () => setRenaming(true) },
    duplicate: { possible: editing, run: () => edit((document) => duplicateModule(document, row.name)) },
    remove: {
      possible: editing === true ? row.deleting : editing,
      run: () => {
        onGone();
        edit((document) => removeModule(document, row.name));
      },
    },
  };
  const attempt = ({ possible, run }: { readonly possible: Possible; readonly run: () => void }) => {
    if (possible === true) run();
    else app.notices.getState().tell(possible);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const key = chordOf(event, app.platform.mac) ?? '';
    const does: Record<string, () => void> = {
      ArrowDown: () => onMove(1),
      ArrowUp: () => onMove(-1),
      ArrowRight: () => setListed(row.uses.length > 0),
      ArrowLeft: () => setListed(false),
      F2: () => attempt(actions.rename),
      'Mod+D': () => attempt(actions.duplicate),
      'Mod+Enter': () => attempt(actions.open),
      Delete: () => attempt(actions.remove),
      Backspace: () => attempt(actions.remove),
    };
    if (!does[key]) return;
    event.preventDefault();
    event.stopPropagation();
    does[key]();
  };
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(ENTRY_DATA, JSON.stringify(entryOf(row)));
    event.dataTransfer.effectAllowed = 'copy';
  };
  const endRenaming = () => {
    setRenaming(false);
    // The row is there again after this render.
    queueMicrotask(() => button.current?.focus());
  };
  return (
    <li data-listed={listed || undefined}>
      <div className="module-line">
        {renaming ? (
          <RenameField
            name={row.name}
            onEnd={endRenaming}
            onRename={(to) => {
              const before = app.document.getState().document;
              edit((document) => renameModule(document, row.name, to));
              // One that was refused is told, and the row stays.
              if (app.document.getState().document !== before) onGone(to);
            }}
          />
        ) : (
          <button
            ref={button}
            type="button"
            className="module-row"
            tabIndex={tab}
            title={row.help || undefined}
            aria-disabled={actions.place.possible !== true || undefined}
            aria-label={`Place ${row.name}, ${countUses(row)}`}
            draggable={actions.place.possible === true}
            onDragStart={onDragStart}
            onFocus={onFocus}
            onKeyDown={onKeyDown}
            onClick={() => attempt(actions.place)}
          >
            <i className="kind" style={{ background: `var(--${row.accent})` }} aria-hidden="true" />
            <span>{row.name}</span>
          </button>
        )}
        <button
          type="button"
          className="module-uses"
          tabIndex={tab}
          aria-expanded={listed}
          aria-label={`${row.name}: ${countUses(row)}`}
          title={row.uses.length === 0 ? 'Nothing uses it' : undefined}
          disabled={row.uses.length === 0}
          onClick={() => setListed(!listed)}
        >
          {countUses(row)}
        </button>
        <RowMenu row={row} tab={tab} actions={actions} />
      </div>
      {listed && row.uses.length > 0 && (
        <ul className="module-use-list" aria-label={`Uses of ${row.name}`}>
          {row.uses.map(({ caller, id, name }) => (
            <li key={`${caller} ${id}`}>
              <button type="button" className="link" onClick={() => goToNode(app, caller, id)}>
                {name}
              </button>{' '}
              in {caller}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

const entryOf = ({ name }: ModuleRow) => ({ kind: 'module', type: name }) as const;

interface RenameFieldProps {
  readonly name: string;
  readonly onRename: (to: string) => void;
  readonly onEnd: () => void;
}

/** The name as a field, focused; it ends when it is left, however that is. */
function RenameField({ name, onRename, onEnd }: RenameFieldProps) {
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const input = field.current?.querySelector('input');
    input?.focus();
    input?.select();
  }, []);
  return (
    <div
      className="module-rename"
      ref={field}
      onBlur={onEnd}
      onKeyDownCapture={(event) => {
        if (event.key === 'Escape') onEnd();
        // The focus goes to the row, which Enter is not to press as well.
        if (event.key === 'Enter') event.preventDefault();
      }}
    >
      <NameField label={`Name of ${name}`} value={name} disabled={false} onCommit={onRename} />
    </div>
  );
}

interface RowMenuProps {
  readonly row: ModuleRow;
  readonly tab: number;
  readonly actions: Readonly<
    Record<
      'place' | 'open' | 'rename' | 'duplicate' | 'remove',
      { readonly possible: Possible; readonly run: () => void }
    >
  >;
}

const ITEMS = [
  { action: 'place', title: 'Place an instance', keys: 'Enter' },
  { action: 'open', title: 'Open the definition', keys: 'Mod+Enter' },
  { action: 'rename', title: 'Rename', keys: 'F2' },
  { action: 'duplicate', title: 'Duplicate', keys: 'Mod+D' },
  { action: 'remove', title: 'Delete', keys: 'Delete' },
] as const;

function RowMenu({ row, tab, actions }: RowMenuProps) {
  const { platform } = useApp();
  return (
    <Menu.Root>
      <Menu.Trigger className="icon-button" aria-label={`Actions for ${row.name}`} tabIndex={tab}>
        <Ellipsis size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="start" className="layer-menu">
          <Menu.Popup className="menu" aria-label={`Actions for ${row.name}`}>
            {ITEMS.map(({ action, title, keys }) => {
              const { possible, run } = actions[action];
              return (
                <Menu.Item key={action} className="menu-item with-help" disabled={possible !== true} onClick={run}>
                  <span>
                    {title}
                    {possible !== true && <small>{possible}</small>}
                  </span>
                  {possible === true && <kbd>{showChord(keys, platform.mac)}</kbd>}
                </Menu.Item>
              );
            })}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
