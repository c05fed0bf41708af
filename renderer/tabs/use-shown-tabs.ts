/** The tabs as the strip shows them; an edit changes none of them, but for the first after a save. */
import { useMemo } from 'react';
import { useApp, useDocument, useTabs } from '../app-context.ts';
import { isDirty } from '../stores/document.ts';
import { openTabs, type TabId } from '../stores/tabs.ts';

export interface ShownTab {
  readonly id: TabId;
  readonly name: string;
  readonly dirty: boolean;
  readonly active: boolean;
}

export function useShownTabs(): readonly ShownTab[] {
  const app = useApp();
  const tabs = useTabs((state) => state.tabs);
  const shown = useDocument((state) => state.journalId);
  const name = useDocument((state) => state.name);
  const dirty = useDocument(isDirty);
  return useMemo(
    () =>
      openTabs(app.tabs.getState(), app.document.getState()).map(({ id, active, open }) => ({
        id,
        active,
        name: open.name,
        dirty: isDirty(open),
      })),
    // oxlint-disable-next-line react/exhaustive-deps -- What the list is made of, read from the stores at once.
    [app, tabs, shown, name, dirty],
  );
}
