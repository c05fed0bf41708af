/** All keys in one list, which can be searched; each command's can be changed, and given back. */
import { Dialog } from '@base-ui/react/dialog';
import { RotateCcw } from 'lucide-react';
import { Fragment, useRef, useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { useApp, useChords, useView } from '../app-context.ts';
import { COMMAND_GROUPS, type Command } from '../commands/command.ts';
import { chordOf, showChord, type Chord } from '../commands/keys.ts';
import { FIXED_KEYS, neededFor } from './fixed-keys.ts';
import { focusNow } from './focus-now.ts';

export function KeyList() {
  const app = useApp();
  const open = useView((state) => state.keyList);
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(open) => app.view.getState().setKeyList(open)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog key-list" initialFocus={() => focusNow(field.current)}>
          <Keys field={field} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Keys({ field }: { readonly field: React.RefObject<HTMLInputElement | null> }) {
  const app = useApp();
  const [query, setQuery] = useState('');
  /** What a change did besides: told where one looks. */
  const [told, setTold] = useState('');
  const chords = useStore(app.keys, (state) => state.chords);
  const changed = useStore(app.keys, (state) => Object.keys(state.chosen).length);
  const { mac } = app.platform;
  const isWanted = (title: string, keys: readonly Chord[]): boolean => {
    const text = [title, ...keys.map((chord) => showChord(chord, mac))].join(' ').toLowerCase();
    return query
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  };
  const found = app.commands.list.filter(({ id, title }) => isWanted(title, chords.get(id) ?? []));
  const fixed = FIXED_KEYS.filter(({ title, chords }) => isWanted(title, chords));
  return (
    <>
      <header>
        <Dialog.Title className="dialog-title">Keys</Dialog.Title>
        <input
          ref={field}
          type="search"
          className="field"
          aria-label="Find a key or a command"
          placeholder="Find a key or a command"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </header>
      <div className="key-groups">
        {COMMAND_GROUPS.map(({ group, title }) => {
          const commands = found.filter((command) => command.group === group);
          if (commands.length === 0) return null;
          return (
            <section key={group} aria-label={title}>
              <h3>{title}</h3>
              <ul>
                {commands.map((command) => (
                  <CommandKeys key={command.id} command={command} onTell={setTold} />
                ))}
              </ul>
            </section>
          );
        })}
        {fixed.length > 0 && (
          <section aria-label="On the canvas">
            <h3>On the canvas</h3>
            <ul>
              {fixed.map(({ title, chords }) => (
                <li key={title}>
                  <span>{title}</span>
                  <Chords chords={chords} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {found.length + fixed.length === 0 && <p className="empty">Nothing has “{query}” in its name or keys.</p>}
      </div>
      <footer>
        <span role="status">{told}</span>
        <button
          type="button"
          className="button"
          aria-disabled={changed === 0}
          title={changed === 0 ? 'All keys are as they came' : undefined}
          onClick={() => {
            app.keys.getState().resetAll();
            setTold(changed === 0 ? '' : 'All keys are as they came.');
          }}
        >
          Reset all
        </button>
        <Dialog.Close className="button primary">Close</Dialog.Close>
      </footer>
    </>
  );
}

interface CommandKeysProps {
  readonly command: Command;
  readonly onTell: (message: string) => void;
}

/** One command: a press of its button listens for the new key. */
function CommandKeys({ command, onTell }: CommandKeysProps) {
  const app = useApp();
  const { mac } = app.platform;
  const chords = useChords(command.id);
  const isChanged = useStore(app.keys, (state) => state.chosen[command.id] !== undefined);
  const [listening, setListening] = useState(false);

  const assign = (chord: Chord): void => {
    const needed = neededFor(chord);
    if (needed !== undefined) {
      onTell(`${showChord(chord, mac)} is needed: ${needed.toLowerCase()}.`);
      return;
    }
    const other = app.keys.getState().byChord.get(chord);
    if (other?.native) {
      onTell(`${showChord(chord, mac)} stays with “${other.title}”: the system gives it.`);
      return;
    }
    app.keys.getState().assign(command.id, chord);
    const taken = other && other.id !== command.id ? ` “${other.title}” has lost it.` : '';
    onTell(`${showChord(chord, mac)} runs “${command.title}”.${taken}`);
    setListening(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!listening) return;
    // Every key is meant for the list now, also those that walk it or close it.
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') setListening(false);
    else if (event.key === 'Backspace' && !event.ctrlKey && !event.metaKey) {
      app.keys.getState().assign(command.id, null);
      onTell(`“${command.title}” has no key.`);
      setListening(false);
    } else {
      const chord = chordOf(event.nativeEvent, mac);
      if (chord !== null) assign(chord);
    }
  };

  return (
    <li>
      <span>{command.title}</span>
      {isChanged && (
        <button
          type="button"
          className="icon-button"
          aria-label={`Reset the key of ${command.title}`}
          title="As it came"
          onClick={() => {
            app.keys.getState().reset(command.id);
            onTell(`“${command.title}” has its own key again.`);
          }}
        >
          <RotateCcw size={12} aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        className="key-button"
        data-listening={listening || undefined}
        aria-disabled={command.native}
        title={command.native ? 'The system gives this key: only then may the clipboard be read' : 'Change'}
        aria-label={`Key of ${command.title}: ${chords.length > 0 ? chords.map((chord) => showChord(chord, mac)).join(' or ') : 'none'}`}
        onClick={() => setListening(!listening && command.native !== true)}
        onKeyDown={onKeyDown}
        onBlur={() => setListening(false)}
      >
        {listening ? <em>press keys; ⌫ none, Esc back</em> : <Chords chords={chords} />}
      </button>
    </li>
  );
}

function Chords({ chords }: { readonly chords: readonly Chord[] }) {
  const { platform } = useApp();
  return (
    <span className="chords">
      {chords.map((chord, index) => (
        <Fragment key={chord}>
          {index > 0 && ' or '}
          <kbd>{showChord(chord, platform.mac)}</kbd>
        </Fragment>
      ))}
      {chords.length === 0 && <i aria-hidden="true">–</i>}
    </span>
  );
}
