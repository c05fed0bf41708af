/** Every screen of the application: what is to hold for all of them is tested on all of them. */
import { DIALOGS, MENUS } from './dialogs.ts';
import { MESSAGES, PANELS } from './panels.ts';
import type { Scene } from './scene.ts';
import { GALLERY, GRAPHS } from './screens.ts';

export const SCENES: readonly Scene[] = [...GALLERY, ...GRAPHS, ...PANELS, ...DIALOGS, ...MENUS, ...MESSAGES];
