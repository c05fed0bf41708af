/** What opens first: templates, recent files, edits that a crash left behind. */
import { useEffect, useState } from 'react';
import { analyse } from '../../graph/analyse.ts';
import { NODES } from '../../nodes/registry.ts';
import { TEMPLATES, type Template } from '../../templates/registry.ts';
import { useApp, useDocument, useTabs, useView } from '../app-context.ts';
import { messageOf } from '../session/message-of.ts';
import { openTemplate, openWithDialog, recover, recoverAll } from '../commands/documents.ts';
import type { FoundJournalEntry } from '../platform/platform.ts';
import { sketchOf, type GraphSketch } from '../stores/graph-sketch.ts';
import { startTour } from '../tour/start.ts';
import { Begin } from './begin.tsx';
import { useReporting } from './use-reporting.ts';
import { GraphPicture } from './graph-picture.tsx';
import { RecentFiles } from './recent-files.tsx';
import { useShellList } from './use-shell-list.ts';

export function Gallery() {
  const app = useApp();
  const opened = useTabs((state) => state.activeId !== null);
  const name = useDocument((state) => state.name);
  const tourStep = useView((state) => state.tourStep);
  const act = useReporting();
  const sketches = useSketches();
  return (
    <main className="gallery">
      <div className="gallery-page">
        <header className="gallery-head">
          <div>
            <h1>
              <i aria-hidden="true" />
              Patchbay
            </h1>
            <p>Wire a vision-language model; see what PyTorch computes, live.</p>
          </div>
          <div className="gallery-actions">
            {opened && (
              <button type="button" className="button" onClick={() => app.view.getState().setScreen('editor')}>
                Back to {name}
              </button>
            )}
            <button type="button" className="button" onClick={() => act(startTour(app))}>
              {tourStep === null ? 'New here? Take the tour, three minutes' : 'Take the tour'}
            </button>
            <button type="button" className="button primary" onClick={() => act(openWithDialog(app))}>
              Open file…
            </button>
          </div>
        </header>
        <Recovered />
        <RecentFiles />
        <section aria-labelledby="gallery-templates">
          <h2 id="gallery-templates">Templates</h2>
          <ul className="gallery-cards">
            {TEMPLATES.map((template) => (
              <li key={template.name}>
                <TemplateCard template={template} sketch={sketches.get(template.name) ?? null} />
              </li>
            ))}
          </ul>
        </section>
      </div>
      <Begin on="gallery" />
    </main>
  );
}

/**
 * While the gallery is looked at, its pictures are made, one in each pause, and the device compiles what the first
 * template needs, and others with it.
 */
function useSketches(): ReadonlyMap<string, GraphSketch> {
  const { session, notices } = useApp();
  const [sketches, setSketches] = useState<ReadonlyMap<string, GraphSketch>>(new Map());
  useEffect(() => {
    const left = new AbortController();
    const draw = async (template: Template): Promise<void> => {
      const document = await template.load();
      const sketch = sketchOf(document, analyse(document, NODES).inference);
      if (left.signal.aborted) return;
      if (template === TEMPLATES[0]) session.warm(document);
      setSketches((before) => new Map(before).set(template.name, sketch));
    };
    const drawAll = async (): Promise<void> => {
      for (const template of TEMPLATES) {
        await pause();
        if (left.signal.aborted) return;
        await draw(template).catch((error: unknown) =>
          notices.getState().tell(`${template.title}: ${messageOf(error)}`, 'error'),
        );
      }
    };
    void drawAll();
    return () => left.abort();
  }, [session, notices]);
  return sketches;
}

/** A pause longer than this does not come while something moves without end. */
const PAUSE_MILLISECONDS = 500;

async function pause(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<IdleDeadline>();
  requestIdleCallback(resolve, { timeout: PAUSE_MILLISECONDS });
  await promise;
}

function TemplateCard({ template, sketch }: { readonly template: Template; readonly sketch: GraphSketch | null }) {
  const app = useApp();
  const act = useReporting();
  return (
    <button type="button" className="gallery-card" onClick={() => act(openTemplate(app, template))}>
      <GraphPicture sketch={sketch} />
      <span className="words">
        <b>{template.title}</b>
        <span>{template.summary}</span>
      </span>
    </button>
  );
}

function Recovered() {
  const app = useApp();
  const act = useReporting();
  const { journal } = app.platform;
  // Those of a page that is just going follow.
  const [entries, reload] = useShellList<FoundJournalEntry>(
    () => journal.read(),
    () => journal.freed(),
  );
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="gallery-recovered">
      <header className="gallery-section">
        <h2 id="gallery-recovered">Unsaved edits from before</h2>
        {entries.length > 1 && (
          <button type="button" className="button" onClick={() => act(recoverAll(app, entries).then(reload))}>
            Recover all {entries.length}
          </button>
        )}
      </header>
      <ul className="gallery-list">
        {entries.map((entry) => (
          <li key={entry.id}>
            <button type="button" className="gallery-row" onClick={() => act(recover(app, entry).then(reload))}>
              <b>{entry.name}</b>
              <span>{entry.file ? 'edits that are not in the file' : 'never saved'}</span>
              <time dateTime={entry.savedAt.toISOString()}>{entry.savedAt.toLocaleString()}</time>
            </button>
            <button
              type="button"
              className="button quiet"
              aria-label={`Discard the edits of ${entry.name}`}
              onClick={() => act(app.platform.journal.discard(entry.id).then(reload))}
            >
              Discard
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
