/** What opens first: templates, recent files, edits that a crash left behind. */
import { useEffect, useState } from 'react';
import { TEMPLATES, type Template } from '../../templates/registry.ts';
import { useApp, useDocument, useTabs, useView } from '../app-context.ts';
import { messageOf } from '../session/message-of.ts';
import { openRecent, openTemplate, openWithDialog, recover } from '../commands/documents.ts';
import type { FoundJournalEntry, RecentFile } from '../platform/platform.ts';
import { startTour } from '../tour/start.ts';
import { useReporting } from './use-reporting.ts';
import { GraphPicture, pictureOf, type Picture } from './graph-picture.tsx';

export function Gallery() {
  const app = useApp();
  const opened = useTabs((state) => state.activeId !== null);
  const name = useDocument((state) => state.name);
  const tourStep = useView((state) => state.tourStep);
  const act = useReporting();
  useWarmDevice();
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
        <section aria-labelledby="gallery-templates">
          <h2 id="gallery-templates">Templates</h2>
          <ul className="gallery-cards">
            {TEMPLATES.map((template) => (
              <li key={template.name}>
                <TemplateCard template={template} />
              </li>
            ))}
          </ul>
        </section>
        <Recent />
      </div>
    </main>
  );
}

/** While the gallery is looked at, the device compiles what the first template needs, and others with it. */
function useWarmDevice(): void {
  const { session } = useApp();
  useEffect(() => {
    // A template that cannot be had is told by its card.
    TEMPLATES[0]!.load().then(
      (document) => session.warm(document),
      () => undefined,
    );
  }, [session]);
}

function TemplateCard({ template }: { readonly template: Template }) {
  const app = useApp();
  const act = useReporting();
  const [picture, setPicture] = useState<Picture | null>(null);
  useEffect(() => {
    let shown = true;
    template.load().then(
      (document) => shown && setPicture(pictureOf(document)),
      (error: unknown) => app.notices.getState().tell(`${template.title}: ${messageOf(error)}`, 'error'),
    );
    return () => {
      shown = false;
    };
  }, [template, app]);
  return (
    <button type="button" className="gallery-card" onClick={() => act(openTemplate(app, template))}>
      <GraphPicture picture={picture} />
      <span className="words">
        <b>{template.title}</b>
        <span>{template.summary}</span>
      </span>
    </button>
  );
}

/** A list that the shell keeps, asked for once the gallery shows. */
function useShellList<T>(load: () => Promise<readonly T[]>): readonly [readonly T[], () => void] {
  const [list, setList] = useState<readonly T[]>([]);
  const [asked, setAsked] = useState(0);
  const act = useReporting();
  // oxlint-disable-next-line react/exhaustive-deps -- `load` is made anew by every render; it asks the same shell.
  useEffect(() => act(load().then(setList)), [asked]);
  return [list, () => setAsked((count) => count + 1)];
}

function Recovered() {
  const app = useApp();
  const act = useReporting();
  const [entries, reload] = useShellList<FoundJournalEntry>(() => app.platform.journal.read());
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="gallery-recovered">
      <h2 id="gallery-recovered">Unsaved edits from before</h2>
      <ul className="gallery-list">
        {entries.map((entry) => (
          <li key={entry.id}>
            <button type="button" className="gallery-row" onClick={() => act(recover(app, entry))}>
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

function Recent() {
  const app = useApp();
  const act = useReporting();
  const [files] = useShellList<RecentFile>(() => app.platform.recentFiles());
  if (files.length === 0) return null;
  return (
    <section aria-labelledby="gallery-recent">
      <h2 id="gallery-recent">Recent files</h2>
      <ul className="gallery-list">
        {files.map((file) => (
          <li key={file.id}>
            <button type="button" className="gallery-row" onClick={() => act(openRecent(app, file.id))}>
              <b>{file.name}</b>
              <span>{file.folder}</span>
              <time dateTime={file.openedAt.toISOString()}>{file.openedAt.toLocaleDateString()}</time>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
