/** The desktop's menu and the application's commands: neither has what the other lacks. */
import { expect, test } from 'vitest';
import { MENU } from '../electron/menu.ts';
import { COMMANDS } from '../renderer/commands/list.ts';

test('every command has one place in the desktop’s menu, and every place a command', () => {
  const placed = MENU.flatMap(({ entries }) => entries).flatMap((entry) =>
    entry.kind === 'command' ? [entry.id] : [],
  );
  expect(placed.toSorted()).toEqual(COMMANDS.map(({ id }) => id).toSorted());
});
