/** The editor: top bar, library, canvas, inspector and status bar. The canvas comes first, the rest a moment after it. */
import { useDocument, useTabs } from './app-context.ts';
import { Afterwards } from './panels/afterwards.tsx';
import { Canvas } from './canvas/canvas.tsx';
import { ComparePanel } from './compare/compare-panel.tsx';
import { HistoryPanel } from './history/history-panel.tsx';
import { Finder } from './panels/finder.tsx';
import { ImportDialog } from './library/import-dialog.tsx';
import { KeyList } from './keyboard/key-list.tsx';
import { LargePreview } from './pins/large-preview.tsx';
import { ValueReader } from './reader/value-reader.tsx';
import { Tour } from './tour/tour.tsx';
import { Inspector } from './inspector/inspector.tsx';
import { Library } from './library/library.tsx';
import { OutlinePanel } from './outline/outline.tsx';
import { HeatLegend } from './overlay/heat-legend.tsx';
import { Begin } from './panels/begin.tsx';
import { EditClock } from './panels/edit-clock.tsx';
import { Problems } from './panels/problems.tsx';
import { SidePanel } from './panels/side-panel.tsx';
import { StatusBar } from './panels/status-bar.tsx';
import { TopBar } from './panels/top-bar.tsx';
import { useNarrowWindow } from './panels/use-narrow-window.ts';
import { ProfilePanel } from './profile/profile-panel.tsx';
import { PinnedPreviews } from './pins/pinned.tsx';
import { TAB_PANEL, tabElementId } from './tabs/tab-ids.ts';
import { TabStrip } from './tabs/tab-strip.tsx';

export function EditorScreen() {
  useNarrowWindow();
  // What is in hand (a wire, a text, a menu) belongs to the document: with another one, its parts start anew.
  const shown = useDocument((state) => state.generation);
  const activeId = useTabs(({ tabs, activeId }) => (tabs.length > 1 ? activeId : null));
  const panel = activeId !== null && { id: TAB_PANEL, role: 'tabpanel', 'aria-labelledby': tabElementId(activeId) };
  return (
    <div className="app">
      <TopBar />
      <TabStrip />
      <SidePanel panel="library" side="left" label="Library">
        <Library />
      </SidePanel>
      <main className="middle">
        <div className="canvas-slot" {...panel}>
          <Canvas key={shown} />
          <Afterwards>
            <HeatLegend />
            <HistoryPanel key={`history ${shown}`} />
            <OutlinePanel key={`outline ${shown}`} />
          </Afterwards>
        </div>
        <Afterwards>
          <PinnedPreviews key={`pins ${shown}`} />
          <ComparePanel key={`compared ${shown}`} />
          <ProfilePanel key={`profile ${shown}`} />
          <Problems />
          <Begin on="editor" />
        </Afterwards>
      </main>
      <SidePanel panel="inspector" side="right" label="Inspector">
        <Inspector key={shown} />
      </SidePanel>
      <StatusBar />
      <EditClock />
    </div>
  );
}

/** What opens over the editor, and over the gallery. */
export function Overlays() {
  return (
    <>
      <ImportDialog />
      <LargePreview />
      <ValueReader />
      <Tour />
      <Finder />
      <KeyList />
    </>
  );
}
