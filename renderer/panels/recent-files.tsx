/** Recent files with pictures of their graphs, and the files that were open when the window was closed last. */
import { X } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { useApp, useTabs } from '../app-context.ts';
import { openFiles, openRecent } from '../commands/documents.ts';
import type { FileRef, RecentFile } from '../platform/platform.ts';
import type { GraphSketch } from '../stores/graph-sketch.ts';
import { GraphPicture } from './graph-picture.tsx';
import { useReporting } from './use-reporting.ts';
import { useShellList } from './use-shell-list.ts';

export function RecentFiles() {
  const app = useApp();
  const act = useReporting();
  const [files, reload] = useShellList<RecentFile>(() => app.platform.recentFiles());
  const [sketches] = useState(() => app.thumbnails());
  const list = useRef<HTMLUListElement>(null);
  if (files.length === 0) return null;
  return (
    <section aria-labelledby="gallery-recent">
      <header className="gallery-section">
        <h2 id="gallery-recent">Recent files</h2>
        <Reopen files={files} />
      </header>
      {/* Each card takes the focus; arrows lead from one to the next. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul ref={list} className="gallery-cards small" onKeyDown={(event) => walk(event, list.current)}>
        {files.map((file) => (
          <li key={file.id}>
            <RecentCard
              file={file}
              sketch={sketches.get(file.id) ?? null}
              onOpen={() => act(openRecent(app, file).then(reload))}
              onForget={() => act(app.platform.forgetRecent(file.id).then(reload))}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface RecentCardProps {
  readonly file: RecentFile;
  readonly sketch: GraphSketch | null;
  readonly onOpen: () => void;
  readonly onForget: () => void;
}

function RecentCard({ file: { name, folder, openedAt }, sketch, onOpen, onForget }: RecentCardProps) {
  const title = useId();
  return (
    <>
      <button
        type="button"
        className="gallery-card"
        title={folder ?? undefined}
        aria-keyshortcuts="Delete"
        onClick={onOpen}
        onKeyDown={(event) => event.key === 'Delete' && onForget()}
      >
        <GraphPicture sketch={sketch} />
        <span className="words">
          <b id={title}>{name}</b>
          {folder !== null && <span className="folder">{folder}</span>}
          <time dateTime={openedAt.toISOString()}>{formatWhen(openedAt)}</time>
        </span>
      </button>
      <button
        type="button"
        className="icon-button gallery-forget"
        aria-label={`Remove ${name} from the list`}
        title="Remove from the list; the file stays"
        onClick={onForget}
      >
        <X size={13} aria-hidden="true" />
      </button>
    </>
  );
}

/** Those that were open last, as far as they are still among the recent ones; nothing once one of them is open again. */
function Reopen({ files }: { readonly files: readonly RecentFile[] }) {
  const app = useApp();
  const act = useReporting();
  const nothingOpen = useTabs((state) => state.activeId === null);
  const [open] = useShellList<FileRef>(() => app.filesBefore);
  const before = open.filter(({ id }) => files.some((file) => file.id === id));
  if (!nothingOpen || before.length === 0) return null;
  const names = before.map(({ name }) => name).join(', ');
  return (
    <button type="button" className="button" title={names} onClick={() => act(openFiles(app, before))}>
      {before.length === 1 ? `Reopen ${names}` : `Reopen ${before.length} files`}
    </button>
  );
}

/** Today by the clock, else by the date. */
function formatWhen(then: Date): string {
  const now = new Date();
  return then.toDateString() === now.toDateString()
    ? `today, ${then.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}`
    : then.toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
}

function walk(event: KeyboardEvent, list: HTMLElement | null): void {
  const cards = [...(list?.querySelectorAll<HTMLElement>('.gallery-card') ?? [])];
  const at = cards.indexOf(event.target as HTMLElement);
  if (at < 0) return;
  // Cards of one row stand at one height.
  const inRow = cards.filter((card) => card.offsetTop === cards[0]!.offsetTop).length;
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - inRow,
    ArrowDown: at + inRow,
    Home: 0,
    End: cards.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  cards[to]?.focus();
}
