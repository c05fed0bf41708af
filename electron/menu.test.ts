import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { acceleratorOf } from './accelerators.ts';
import { MENU, menuTemplate, type MenuState } from './menu.ts';

const NO_ACTIONS = { sendCommand: () => undefined, openRecent: () => undefined, clearRecentFiles: () => undefined };
const state = (change: Partial<MenuState> = {}): MenuState => ({
  commands: [],
  recentFiles: [],
  mac: false,
  ...change,
});

function submenu(template: readonly MenuItemConstructorOptions[], label: string): MenuItemConstructorOptions[] {
  return template.find((item) => item.label === label)!.submenu as MenuItemConstructorOptions[];
}

test('before the page has told its commands there are the system’s items and no loose lines', () => {
  const template = menuTemplate(state(), NO_ACTIONS);
  expect(template.map(({ label }) => label)).toEqual(MENU.map(({ label }) => label));
  expect(submenu(template, 'File').map((item) => item.label ?? item.role ?? item.type)).toEqual([
    'Open recent',
    'separator',
    'quit',
  ]);
});

test('a command stands in its place with its title and keys, and sends its id', () => {
  const sent: string[] = [];
  const commands = [
    { id: 'file.save', title: 'Save', keys: 'Mod+S', enabled: true },
    { id: 'edit.undo', title: 'Undo', keys: 'Mod+Z', enabled: false },
    { id: 'edit.paste', title: 'Paste', keys: null, enabled: false },
    { id: 'file.unheard-of', title: 'Export', keys: null, enabled: true },
  ];
  const template = menuTemplate(state({ commands }), { ...NO_ACTIONS, sendCommand: (id) => sent.push(id) });
  const save = submenu(template, 'File').find(({ id }) => id === 'file.save')!;
  expect(save).toMatchObject({ label: 'Save', accelerator: 'CmdOrCtrl+S', registerAccelerator: false, enabled: true });
  (save.click as () => void)();
  expect(sent).toEqual(['file.save']);
  expect(submenu(template, 'Edit').map(({ id, enabled, role }) => [id, enabled, role])).toEqual([
    ['edit.undo', false, undefined],
    [undefined, undefined, undefined],
    ['edit.paste', undefined, 'paste'],
  ]);
  // One that the list does not know follows at the end of its group.
  expect(submenu(template, 'File').at(-1)).toMatchObject({ id: 'file.unheard-of' });
});

test('files of one name show their folder', () => {
  const file = (id: string, name: string, folder: string) => ({ id, name, folder, openedAt: '' });
  const recentFiles = [file('1', 'a', '/x'), file('2', 'a', '/y'), file('3', 'b', '/x')];
  const opened: string[] = [];
  const template = menuTemplate(state({ recentFiles }), { ...NO_ACTIONS, openRecent: (id) => opened.push(id) });
  const items = submenu(submenu(template, 'File'), 'Open recent');
  expect(items.map(({ label }) => label)).toEqual(['a – /x', 'a – /y', 'b', undefined, 'Clear']);
  (items[1]!.click as () => void)();
  expect(opened).toEqual(['2']);
});

test('macOS has its own first and last menus, and closes where others quit', () => {
  const template = menuTemplate(state({ mac: true }), NO_ACTIONS);
  expect([template[0]!.role, template.at(-1)!.role]).toEqual(['appMenu', 'windowMenu']);
  expect(submenu(template, 'File').at(-1)).toEqual({ role: 'close', accelerator: 'Shift+Command+W' });
});

test.each([
  ['Mod+S', 'CmdOrCtrl+S', 'CmdOrCtrl+S'],
  ['Mod+Shift+Z', 'CmdOrCtrl+Shift+Z', 'CmdOrCtrl+Shift+Z'],
  ['Mod+Alt+N', 'CmdOrCtrl+Alt+N', 'CmdOrCtrl+Alt+N'],
  ['Mod++', 'CmdOrCtrl+Plus', 'CmdOrCtrl+Plus'],
  ['Mod+-', 'CmdOrCtrl+-', 'CmdOrCtrl+-'],
  ['Mod+ArrowUp', 'CmdOrCtrl+Up', 'CmdOrCtrl+Up'],
  ['Mod+Enter', 'CmdOrCtrl+Enter', 'CmdOrCtrl+Enter'],
  ['F5', 'F5', 'F5'],
  ['Shift+F8', 'Shift+F8', 'Shift+F8'],
  ['Shift+A', 'Shift+A', null],
  ['Delete', 'Delete', null],
  ['F', 'F', null],
  ['Mod+MediaPlay', null, null],
  ['Hyper+A', null, null],
])('keys %s are the accelerator %s, on macOS %s', (keys, accelerator, onMac) => {
  expect(acceleratorOf(keys, false)).toBe(accelerator);
  expect(acceleratorOf(keys, true)).toBe(onMac);
});
