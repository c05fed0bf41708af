/** The desktop's menu and the application's commands: neither has what the other lacks. */
import { expect, test } from 'vitest';
import { MENU } from '../electron/menu.ts';
import { COMMANDS } from '../renderer/commands/list.ts';

test('every command has its place in the desktop’s menu of its group, and every place is a command’s', () => {
  const placed = MENU.flatMap(({ label, entries }) =>
    entries.flatMap((entry) => (entry.kind === 'command' ? [`${label}: ${entry.id}`] : [])),
  );
  const title = (group: string): string => group[0]!.toUpperCase() + group.slice(1);
  expect(placed.toSorted()).toEqual(COMMANDS.map(({ id, group }) => `${title(group)}: ${id}`).toSorted());
});
