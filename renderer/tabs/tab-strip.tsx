/** The documents that are open, as tabs; with one alone there is nothing to choose, and the strip takes no room. */
import { Plus } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useApp } from '../app-context.ts';
import { closeTabs } from '../commands/close-documents.ts';
import { activateTab } from '../commands/documents.ts';
import { CommandButton } from '../panels/command-button.tsx';
import { useReporting } from '../panels/use-reporting.ts';
import type { TabId } from '../stores/tabs.ts';
import { tabElementId } from './tab-ids.ts';
import { TabItem } from './tab-item.tsx';
import { TabList } from './tab-list.tsx';
import { TabMenu, type TabMenuAt } from './tab-menu.tsx';
import { useShownTabs } from './use-shown-tabs.ts';
import { useTabDrag } from './use-tab-drag.ts';

export function TabStrip() {
  const tabs = useShownTabs();
  return tabs.length > 1 && <Strip tabs={tabs} />;
}

function Strip({ tabs }: { readonly tabs: ReturnType<typeof useShownTabs> }) {
  const app = useApp();
  const act = useReporting();
  const strip = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<TabMenuAt | null>(null);
  const drag = useTabDrag(strip);
  const active = tabs.find((tab) => tab.active)?.id;
  useEffect(() => {
    elementOf(strip.current, active)?.parentElement?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);

  const close = async (id: TabId): Promise<void> => {
    const hadFocus = strip.current?.contains(document.activeElement) ?? false;
    await closeTabs(app, [id]);
    // The tab that had the focus is gone: the one that is shown now takes it.
    if (hadFocus) requestAnimationFrame(() => elementOf(strip.current, app.tabs.getState().activeId)?.focus());
  };
  /** Arrows move the focus alone: to show a large document takes its time. */
  const onKeyDown = (event: KeyboardEvent, index: number): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to !== undefined) elementOf(strip.current, tabs.at(to % tabs.length)!.id)?.focus();
    else if (event.key === 'Delete') act(close(tabs[index]!.id));
    else return;
    event.preventDefault();
  };

  return (
    <nav className="document-tab-strip" aria-label="Documents">
      {/* Each tab has the focus; the wheel is another way to scroll. */}
      <div
        ref={strip}
        className="document-tabs"
        role="tablist"
        aria-label="Open documents"
        onWheel={(event) => strip.current?.scrollBy({ left: event.deltaX + event.deltaY })}
      >
        {tabs.map((tab, index) => (
          <TabItem
            key={tab.id}
            tab={tab}
            place={index + 1}
            of={tabs.length}
            onShow={() => activateTab(app, tab.id)}
            onClose={() => act(close(tab.id))}
            onKeyDown={(event) => onKeyDown(event, index)}
            onMenu={(at) => setMenu({ ...at, id: tab.id })}
            drag={drag(tab.id)}
          />
        ))}
      </div>
      <CommandButton id="file.new">
        <Plus size={14} aria-hidden="true" />
      </CommandButton>
      <TabList tabs={tabs} />
      <TabMenu at={menu} tabs={tabs} onClose={() => setMenu(null)} />
    </nav>
  );
}

function elementOf(strip: HTMLElement | null, id: TabId | null | undefined): HTMLElement | null {
  return strip?.querySelector<HTMLElement>(`#${CSS.escape(tabElementId(id ?? ''))}`) ?? null;
}
