/** Ids of elements by which tabs and what they show name each other. */
import type { TabId } from '../stores/tabs.ts';

/** What the tabs show: the canvas. */
export const TAB_PANEL = 'document-panel';

export function tabElementId(id: TabId): string {
  return `tab-${id}`;
}
