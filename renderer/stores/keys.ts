/** Which keys run which command: those that the command names, unless the person chose others; kept in localStorage. */
import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Command } from '../commands/command.ts';
import type { Chord } from '../commands/keys.ts';
import { recall } from './recall.ts';

/** What the person chose, by the command's id; an empty list: no key. */
export type ChosenKeys = Readonly<Record<string, readonly Chord[]>>;

export interface KeyState {
  readonly chosen: ChosenKeys;
  /** The keys in force, by the command's id. */
  readonly chords: ReadonlyMap<string, readonly Chord[]>;
  readonly byChord: ReadonlyMap<Chord, Command>;

  /** Makes this its only key, or gives it none; another command that has it loses it. */
  readonly assign: (id: string, chord: Chord | null) => void;
  /** Gives it back the keys that it names, also from commands that took them. */
  readonly reset: (id: string) => void;
  readonly resetAll: () => void;
}

export type KeyStore = StoreApi<KeyState>;

export function createKeyStore(commands: readonly Command[], remembered: ChosenKeys = {}): KeyStore {
  return createStore<KeyState>()((set, get) => {
    const choose = (chosen: ChosenKeys) => set(inForce(commands, withoutDefaults(commands, chosen)));
    const give = (id: string, chords: readonly Chord[]) => choose({ ...get().chosen, ...taken(get(), id, chords) });
    return {
      ...inForce(commands, remembered),
      assign: (id, chord) => give(id, chord === null ? [] : [chord]),
      reset: (id) => give(id, commands.find((command) => command.id === id)?.keys ?? []),
      resetAll: () => choose({}),
    };
  });
}

/** What has to be chosen for this command to have these keys, and nobody else. */
function taken({ chords }: KeyState, id: string, wanted: readonly Chord[]): ChosenKeys {
  const others = [...chords].filter(
    ([other, theirs]) => other !== id && theirs.some((chord) => wanted.includes(chord)),
  );
  return {
    [id]: wanted,
    ...Object.fromEntries(others.map(([other, theirs]) => [other, theirs.filter((chord) => !wanted.includes(chord))])),
  };
}

/** What was chosen goes before what commands name: a later version may name a key that the person uses otherwise. */
function inForce(commands: readonly Command[], chosen: ChosenKeys): Pick<KeyState, 'chosen' | 'chords' | 'byChord'> {
  const byChord = new Map<Chord, Command>();
  const chords = new Map<string, readonly Chord[]>();
  const settle = (command: Command, wanted: readonly Chord[]): void => {
    const free = wanted.filter((chord) => !byChord.has(chord));
    for (const chord of free) byChord.set(chord, command);
    chords.set(command.id, free);
  };
  const isChosen = ({ id }: Command): boolean => chosen[id] !== undefined;
  for (const command of commands.filter(isChosen)) settle(command, chosen[command.id]!);
  for (const command of commands.filter((command) => !isChosen(command))) settle(command, command.keys ?? []);
  return { chosen, chords, byChord };
}

function withoutDefaults(commands: readonly Command[], chosen: ChosenKeys): ChosenKeys {
  const named = new Map(commands.map(({ id, keys }) => [id, keys ?? []]));
  return Object.fromEntries(
    Object.entries(chosen).filter(([id, chords]) => JSON.stringify(chords) !== JSON.stringify(named.get(id))),
  );
}

const KEY = 'patchbay:keys';
const remembered = () => z.record(z.string(), z.array(z.string().min(1)));

export function recallKeys(storage: Pick<Storage, 'getItem'>): ChosenKeys {
  return recall(storage, KEY, remembered) ?? {};
}

/** Writes on every change. @returns stops. */
export function rememberKeys(keys: KeyStore, storage: Pick<Storage, 'setItem'>): () => void {
  return keys.subscribe(({ chosen }, before) => {
    if (chosen === before.chosen) return;
    try {
      storage.setItem(KEY, JSON.stringify(chosen));
    } catch {
      // Storage is full or denied: they hold for this session.
    }
  });
}
