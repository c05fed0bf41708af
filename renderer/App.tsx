/** The window: the gallery, or the editor with top bar, library, canvas, inspector and status bar. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { lazy, Suspense } from 'react';
import { Announcer } from './announcer/announcer.tsx';
import { AppContext, useApp, useDocument, useTabs, useView, type App as AppParts } from './app-context.ts';
import { Canvas } from './canvas/canvas.tsx';
import { ComparePanel } from './compare/compare-panel.tsx';
import { HistoryPanel } from './history/history-panel.tsx';
import { Inspector } from './inspector/inspector.tsx';
import { ImportDialog } from './library/import-dialog.tsx';
import { KeyList } from './keyboard/key-list.tsx';
import { Library } from './library/library.tsx';
import { OutlinePanel } from './outline/outline.tsx';
import { HeatLegend } from './overlay/heat-legend.tsx';
import { Dialogs } from './panels/dialogs.tsx';
import { EditClock } from './panels/edit-clock.tsx';
import { ErrorBoundary } from './panels/error-boundary.tsx';
import { Finder } from './panels/finder.tsx';
import { Gallery } from './panels/gallery.tsx';
import { Problems } from './panels/problems.tsx';
import { SidePanel } from './panels/side-panel.tsx';
import { StatusBar } from './panels/status-bar.tsx';
import { Toasts } from './panels/toasts.tsx';
import { TopBar } from './panels/top-bar.tsx';
import { useNarrowWindow } from './panels/use-narrow-window.ts';
import { WindowEvents } from './panels/window-events.tsx';
import { WorkDialog } from './panels/work-dialog.tsx';
import { LargePreview } from './pins/large-preview.tsx';
import { PinnedPreviews } from './pins/pinned.tsx';
import { TAB_PANEL, tabElementId } from './tabs/tab-ids.ts';
import { TabStrip } from './tabs/tab-strip.tsx';
import { ValueReader } from './reader/value-reader.tsx';
import { Tour } from './tour/tour.tsx';

export function App({ app }: { readonly app: AppParts }) {
  return (
    <AppContext value={app}>
      {/* The content security policy takes no inline style elements; styles/ has what Base UI would put in them. */}
      <CSPProvider disableStyleElements>
        <Tooltip.Provider delay={500}>
          <ErrorBoundary>
            <Screen />
          </ErrorBoundary>
          <Exporting />
          <ImportDialog />
          <LargePreview />
          <ValueReader />
          <Tour />
          <Finder />
          <KeyList />
          <About />
          <Dialogs />
          <WorkDialog />
          <Toasts />
          <Announcer />
          <WindowEvents />
        </Tooltip.Provider>
      </CSPProvider>
    </AppContext>
  );
}

/** Loaded when it is first opened: it brings the code of all targets. */
const ExportDialog = lazy(async () => ({ default: (await import('./export/export-dialog.tsx')).ExportDialog }));

function Exporting() {
  const app = useApp();
  const exporting = useView((state) => state.exporting);
  if (!exporting) return null;
  return (
    <Suspense>
      <ExportDialog onClose={() => app.view.getState().setExporting(false)} />
    </Suspense>
  );
}

/** Loaded when it is first opened: few ever ask. */
const AboutDialog = lazy(async () => ({ default: (await import('./about/about-dialog.tsx')).AboutDialog }));

function About() {
  const wanted = useView((state) => state.about);
  return <Suspense>{wanted && <AboutDialog />}</Suspense>;
}

function Screen() {
  const screen = useView((state) => state.screen);
  switch (screen) {
    case 'gallery':
      return <Gallery />;
    case 'editor':
      return <Editor />;
    default:
      return screen satisfies never;
  }
}

function Editor() {
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
          <HeatLegend />
          <HistoryPanel key={`history ${shown}`} />
          <OutlinePanel key={`outline ${shown}`} />
        </div>
        <PinnedPreviews key={`pins ${shown}`} />
        <ComparePanel key={`compared ${shown}`} />
        <Problems />
      </main>
      <SidePanel panel="inspector" side="right" label="Inspector">
        <Inspector key={shown} />
      </SidePanel>
      <StatusBar />
      <EditClock />
    </div>
  );
}
