/**
 * The native menu. Where a command stands is said here, as a plain list of ids; what it is called, its keys and
 * whether it can be done now come from the renderer's list of commands, to which choosing an item sends it back.
 */
import type { MenuItemConstructorOptions } from 'electron';
import { acceleratorOf } from './accelerators.ts';
import type { MenuCommand, RecentFile } from './api.ts';

type Role = NonNullable<MenuItemConstructorOptions['role']>;

type Entry =
  | { readonly kind: 'command'; readonly id: string }
  /** An item that the system knows how to carry out; `on` limits it to some systems. */
  | { readonly kind: 'role'; readonly role: Role; readonly on?: 'mac' | 'others' }
  | { readonly kind: 'recent-files' }
  | { readonly kind: 'line' };

export interface MenuGroup {
  readonly label: string;
  /** Commands whose ids start so and stand in no menu follow at its end. */
  readonly prefix?: string;
  readonly entries: readonly Entry[];
}

const LINE: Entry = { kind: 'line' };
const command = (id: string): Entry => ({ kind: 'command', id });
const role = (role: Role, on?: 'mac' | 'others'): Entry => ({ kind: 'role', role, ...(on && { on }) });

export const MENU: readonly MenuGroup[] = [
  {
    label: 'File',
    prefix: 'file.',
    entries: [
      command('file.new'),
      command('file.new-window'),
      command('file.open'),
      { kind: 'recent-files' },
      command('file.reopen-tab'),
      command('file.gallery'),
      LINE,
      command('file.save'),
      command('file.save-as'),
      command('file.move-to-window'),
      command('file.close-tab'),
      LINE,
      command('file.import-model'),
      command('edit.import-modules'),
      command('file.load-weights'),
      command('file.save-weights'),
      command('file.draw-weights'),
      LINE,
      command('file.export'),
      LINE,
      role('close', 'mac'),
      role('quit', 'others'),
    ],
  },
  {
    label: 'Edit',
    prefix: 'edit.',
    entries: [
      command('edit.undo'),
      command('edit.redo'),
      command('edit.history'),
      LINE,
      command('edit.cut'),
      command('edit.copy'),
      command('edit.paste'),
      command('edit.paste-wired'),
      command('edit.duplicate'),
      LINE,
      command('edit.delete'),
      command('edit.select-all'),
      LINE,
      command('edit.add-node'),
      command('edit.add-to'),
      command('edit.add-note'),
      command('edit.add-frame'),
      command('edit.add-shapes'),
      command('edit.wire'),
      LINE,
      command('edit.rename'),
      command('edit.mute'),
      command('edit.bypass'),
      LINE,
      command('edit.group'),
      command('edit.ungroup'),
      command('edit.make-unique'),
      command('edit.delete-unused-modules'),
    ],
  },
  {
    label: 'Arrange',
    entries: [
      command('edit.layout'),
      LINE,
      command('edit.align-left'),
      command('edit.align-centre'),
      command('edit.align-right'),
      LINE,
      command('edit.align-top'),
      command('edit.align-middle'),
      command('edit.align-bottom'),
      LINE,
      command('edit.larger'),
      command('edit.smaller'),
      LINE,
      command('edit.distribute-x'),
      command('edit.distribute-y'),
    ],
  },
  {
    label: 'View',
    prefix: 'view.',
    entries: [
      command('view.commands'),
      LINE,
      command('view.fit'),
      command('view.fit-selection'),
      command('view.zoom-in'),
      command('view.zoom-out'),
      command('view.zoom-reset'),
      LINE,
      command('view.library'),
      command('view.inspector'),
      command('view.problems'),
      command('view.profile'),
      command('view.outline'),
      LINE,
      command('view.collapse'),
      command('view.heat'),
      LINE,
      command('view.enlarge'),
      command('view.read'),
      command('view.pin'),
      command('view.export-png'),
      command('view.export-npy'),
      command('view.export-csv'),
      LINE,
      command('view.theme'),
      role('togglefullscreen'),
      role('toggleDevTools'),
    ],
  },
  {
    label: 'Compare',
    entries: [
      command('view.compare-saved'),
      command('view.compare-file'),
      command('view.compare-weights'),
      command('view.compare-step'),
      command('view.compare-now'),
      LINE,
      command('view.compare-values'),
    ],
  },
  {
    label: 'Go',
    prefix: 'go.',
    entries: [
      command('go.find'),
      LINE,
      command('go.enter'),
      command('go.up'),
      LINE,
      command('go.next-problem'),
      LINE,
      command('go.next-tab'),
      command('go.previous-tab'),
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => command(`go.tab-${number}`)),
      command('go.next-pane'),
      command('go.previous-pane'),
    ],
  },
  {
    label: 'Run',
    prefix: 'run.',
    entries: [
      command('run.run'),
      command('run.cancel'),
      command('run.profile'),
      LINE,
      command('run.mode-live'),
      command('run.mode-on-demand'),
      command('run.mode-paused'),
    ],
  },
  {
    label: 'Help',
    entries: [command('view.help'), command('view.keys'), command('view.tour'), LINE, command('view.about')],
  },
];

/** Commands that the system carries out by an event in the page (`paste`), which reads what a page may not read itself. */
export const NATIVE_COMMANDS: ReadonlyMap<string, Role> = new Map([['edit.paste', 'paste']]);

export interface MenuState {
  readonly commands: readonly MenuCommand[];
  readonly recentFiles: readonly RecentFile[];
  readonly mac: boolean;
}

export interface MenuActions {
  sendCommand(id: string): void;
  openRecent(id: string): void;
  clearRecentFiles(): void;
}

/** All that the menu shows but for what can be done now: equal for two states whose menus differ in nothing else. */
export function menuLayout({ commands, recentFiles, mac }: MenuState): string {
  return JSON.stringify([commands.map(({ id, title, keys }) => [id, title, keys]), recentFiles, mac]);
}

/** The template that `Menu.buildFromTemplate` takes. A command's item has the command's id. */
export function menuTemplate(state: MenuState, actions: MenuActions): MenuItemConstructorOptions[] {
  const placed = new Set(MENU.flatMap(({ entries }) => entries).map((entry) => entry.kind === 'command' && entry.id));
  const groups = MENU.map(({ label, prefix, entries }) => {
    const others = state.commands.filter(({ id }) => prefix && id.startsWith(prefix) && !placed.has(id));
    const all = others.length > 0 ? [...entries, LINE, ...others.map(({ id }) => command(id))] : entries;
    return { label, submenu: withoutLooseLines(all.flatMap((entry) => itemsOf(entry, state, actions))) };
  });
  if (!state.mac) return groups;
  return [{ role: 'appMenu' }, ...groups, { role: 'windowMenu' }];
}

function itemsOf(entry: Entry, state: MenuState, actions: MenuActions): MenuItemConstructorOptions[] {
  switch (entry.kind) {
    case 'command': {
      const found = state.commands.find(({ id }) => id === entry.id);
      return found ? [commandItem(found, state.mac, actions)] : [];
    }
    case 'role':
      if (entry.on !== undefined && (entry.on === 'mac') !== state.mac) return [];
      // ⌘W closes a document, as everywhere; the window has the key that programs with tabs give it.
      return [{ role: entry.role, ...(entry.role === 'close' && { accelerator: 'Shift+Command+W' }) }];
    case 'recent-files':
      return [recentFilesItem(state.recentFiles, actions)];
    case 'line':
      return [{ type: 'separator' }];
    default:
      return entry satisfies never;
  }
}

function commandItem(
  { id, title, keys, enabled }: MenuCommand,
  mac: boolean,
  actions: MenuActions,
): MenuItemConstructorOptions {
  const native = NATIVE_COMMANDS.get(id);
  const accelerator = keys === null ? null : acceleratorOf(keys, mac);
  return {
    id,
    label: title,
    ...(accelerator !== null && { accelerator }),
    // The page handles its keys itself: registered here too, they would act twice, and in text fields.
    registerAccelerator: false,
    // The system's own items act on text as well, whatever the canvas can do now.
    ...(native ? { role: native } : { enabled, click: () => actions.sendCommand(id) }),
  };
}

function recentFilesItem(files: readonly RecentFile[], actions: MenuActions): MenuItemConstructorOptions {
  const twice = new Set(files.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index));
  const items: MenuItemConstructorOptions[] = files.map(({ id, name, folder }) => ({
    label: twice.has(name) ? `${name} – ${folder}` : name,
    click: () => actions.openRecent(id),
  }));
  return {
    label: 'Open recent',
    enabled: files.length > 0,
    submenu: [...items, { type: 'separator' }, { label: 'Clear', click: () => actions.clearRecentFiles() }],
  };
}

/** No separator first, last, or beside another: what stood between them may not be there yet. */
function withoutLooseLines(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  const isLine = (item: MenuItemConstructorOptions | undefined) => item === undefined || item.type === 'separator';
  const single = items.filter((item, index) => !isLine(item) || !isLine(items[index - 1]));
  return isLine(single.at(-1)) ? single.slice(0, -1) : single;
}
