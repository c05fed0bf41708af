/** All commands: what menus, keys and the desktop's menu bar offer. */
import { ARRANGE_COMMANDS } from './arrange-commands.ts';
import type { Command } from './command.ts';
import { EDIT_COMMANDS } from './edit-commands.ts';
import { FILE_COMMANDS } from './file-commands.ts';
import { IMPORT_COMMANDS } from './import-model.ts';
import { MODULE_COMMANDS } from './module-commands.ts';
import { NODE_COMMANDS } from './node-commands.ts';
import { PANE_COMMANDS } from './panes.ts';
import { RESIZE_COMMANDS } from './resize-commands.ts';
import { RUN_COMMANDS } from './run-commands.ts';
import { UNDERSTAND_COMMANDS } from './understand-commands.ts';
import { TAB_COMMANDS } from './tab-commands.ts';
import { WINDOW_COMMANDS } from './windows.ts';
import { VIEW_COMMANDS } from './view-commands.ts';
import { PREVIEW_COMMANDS, VIEW_NODE_COMMANDS } from './view-node-commands.ts';
import { WEIGHTS_COMMANDS } from './weights-commands.ts';

export const COMMANDS: readonly Command[] = [
  ...FILE_COMMANDS,
  ...IMPORT_COMMANDS,
  ...WINDOW_COMMANDS,
  ...TAB_COMMANDS,
  ...WEIGHTS_COMMANDS,
  ...EDIT_COMMANDS,
  ...NODE_COMMANDS,
  ...MODULE_COMMANDS,
  ...ARRANGE_COMMANDS,
  ...RESIZE_COMMANDS,
  ...VIEW_COMMANDS,
  ...PANE_COMMANDS,
  ...UNDERSTAND_COMMANDS,
  ...PREVIEW_COMMANDS,
  ...VIEW_NODE_COMMANDS,
  ...RUN_COMMANDS,
];
