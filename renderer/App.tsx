/** The window: the gallery, or the editor; and what opens over both. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { lazy, Suspense, useEffect, useState, type ComponentType } from 'react';
import { Announcer } from './announcer/announcer.tsx';
import { AppContext, useApp, useView, type App as AppParts } from './app-context.ts';
import { Afterwards } from './panels/afterwards.tsx';
import { Dialogs } from './panels/dialogs.tsx';
import { ErrorBoundary } from './panels/error-boundary.tsx';
import { Gallery } from './panels/gallery.tsx';
import { Opening } from './panels/opening.tsx';
import { Toasts } from './panels/toasts.tsx';
import { WindowEvents } from './panels/window-events.tsx';
import { WorkDialog } from './panels/work-dialog.tsx';

export function App({ app }: { readonly app: AppParts }) {
  const editor = useEditorCode();
  return (
    <AppContext value={app}>
      {/* The content security policy takes no inline style elements; styles/ has what Base UI would put in them. */}
      <CSPProvider disableStyleElements>
        <Tooltip.Provider delay={500}>
          <ErrorBoundary>
            <Screen Editor={editor?.EditorScreen ?? null} />
          </ErrorBoundary>
          <Announcer />
          <WindowEvents />
          <Afterwards>
            <Exporting />
            {editor && <editor.Overlays />}
            <About />
            <Imported />
            <Proposed />
            <SavingWeights />
            <Dialogs />
            <WorkDialog />
            <Toasts />
          </Afterwards>
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

/** As rare. */
const ReportDialog = lazy(async () => ({ default: (await import('./import/report-dialog.tsx')).ReportDialog }));

function Imported() {
  const shown = useView((state) => state.imported !== null);
  return <Suspense>{shown && <ReportDialog />}</Suspense>;
}

/** As rare. */
const ProposalDialog = lazy(async () => ({ default: (await import('./weights/proposal-dialog.tsx')).ProposalDialog }));

function Proposed() {
  const shown = useView((state) => state.proposed !== null);
  return <Suspense>{shown && <ProposalDialog />}</Suspense>;
}

/** As rare. */
const SaveWeightsDialog = lazy(async () => ({
  default: (await import('./weights/save-dialog.tsx')).SaveWeightsDialog,
}));

function SavingWeights() {
  const shown = useView((state) => state.savingWeights !== null);
  return <Suspense>{shown && <SaveWeightsDialog />}</Suspense>;
}

type EditorCode = typeof import('./editor-screen.tsx');

/** The editor's code comes while the gallery is looked at; null until it is there. */
function useEditorCode(): EditorCode | null {
  const [code, setCode] = useState<EditorCode | null>(null);
  useEffect(() => {
    import('./editor-screen.tsx').then(setCode, (error: unknown) =>
      // Thrown in a render, where the boundary hears of it.
      setCode(() => {
        throw error;
      }),
    );
  }, []);
  return code;
}

/** What was there first stays until there is an editor. */
function Screen({ Editor }: { readonly Editor: ComponentType | null }) {
  const screen = useView((state) => state.screen);
  const [first] = useState(screen);
  const before = first === 'opening' ? <Opening /> : <Gallery />;
  switch (screen) {
    case 'gallery':
      return <Gallery />;
    case 'editor':
      return Editor ? <Editor /> : before;
    case 'opening':
      return <Opening />;
    default:
      return screen satisfies never;
  }
}
