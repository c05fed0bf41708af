/** What reaches the window as a whole: keys, paste, drops, the shell's requests, the title. Renders only the veil. */
import { useEffect, useMemo, useState } from 'react';
import { useApp } from '../app-context.ts';
import { pasteText } from '../commands/clipboard.ts';
import { messageOf } from '../session/message-of.ts';
import { mayLeave, openBytes } from '../commands/documents.ts';
import { FILE_ENDING } from '../commands/documents.ts';
import { placePictures, pictureOf } from '../commands/place-pictures.ts';
import { commandsByChord, handleKey } from '../commands/runner.ts';
import { isDirty } from '../stores/document.ts';

export function WindowEvents() {
  useKeys();
  usePaste();
  useShell();
  useTitle();
  return useDrop() ? <div className="drop-veil">Drop a document or a picture</div> : null;
}

function useKeys(): void {
  const app = useApp();
  const byChord = useMemo(() => commandsByChord(app.commands.list), [app]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const focus = document.activeElement;
      const where = {
        mac: app.platform.mac,
        typing: isTextField(focus),
        control: focus?.matches('button, a[href], select, summary, input, [role="menuitem"], [role="option"]') ?? false,
        modal: document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null,
      };
      if (handleKey(byChord, event, where, app)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [app, byChord]);
}

function isTextField(element: Element | null): boolean {
  if (element instanceof HTMLInputElement)
    return !['button', 'checkbox', 'radio', 'range', 'file'].includes(element.type);
  return element instanceof HTMLTextAreaElement || (element instanceof HTMLElement && element.isContentEditable);
}

/** Nodes as text, or a picture: only the paste event may read the clipboard without asking. */
function usePaste(): void {
  const app = useApp();
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (isTextField(document.activeElement) || app.view.getState().screen !== 'editor' || !event.clipboardData)
        return;
      const files = [...event.clipboardData.files].filter((file) => file.type.startsWith('image/'));
      const text = event.clipboardData.getData('text/plain');
      if (files.length > 0) void place(files);
      else if (text === '' || !pasteText(app, text)) return;
      event.preventDefault();
    };
    const place = async (files: readonly File[]) => placePictures(app, await Promise.all(files.map(pictureOf)), null);
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [app]);
}

/** @returns true while files are dragged over the window. */
function useDrop(): boolean {
  const app = useApp();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const onDragOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = 'copy';
      setOver(true);
    };
    const onDragLeave = (event: DragEvent) => {
      // Leaving an element for its child is not leaving the window.
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const data = event.dataTransfer!;
      const pictures = [...data.files].filter((file) => !file.name.endsWith(FILE_ENDING));
      const node = document.elementFromPoint(event.clientX, event.clientY)?.closest('.react-flow__node');
      const nodeId = node?.getAttribute('data-id') ?? null;
      // Not awaited before: the browser empties the data transfer once the handler has returned.
      void dropped(app.platform.openDropped(data), pictures, nodeId);
    };
    const dropped = async (
      opening: ReturnType<typeof app.platform.openDropped>,
      pictures: readonly File[],
      nodeId: string | null,
    ) => {
      try {
        const [file] = await opening;
        if (file) await openBytes(app, file);
        else if (pictures.length > 0) await placePictures(app, await Promise.all(pictures.map(pictureOf)), nodeId);
      } catch (error) {
        app.notices.getState().tell(messageOf(error), 'error');
      }
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('dragleave', onDragLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('dragleave', onDragLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, [app]);
  return over;
}

/** Menu items, files that the system opens, and the question before the window closes. */
function useShell(): void {
  const app = useApp();
  useEffect(() => {
    const { platform, commands, notices } = app;
    const stops = [
      platform.onCommand((id) => {
        if (commands.has(id)) commands.run(id);
      }),
      platform.onOpenFile((file) => {
        openBytes(app, file).catch((error: unknown) => notices.getState().tell(messageOf(error), 'error'));
      }),
      platform.onNotice((message) => notices.getState().tell(message, 'error')),
      platform.onCloseRequested(() => mayLeave(app)),
    ];
    return () => stops.forEach((stop) => stop());
  }, [app]);
  useEffect(() => {
    const { platform, commands } = app;
    const tell = () =>
      platform.setCommands(
        commands.list.map((command) => ({
          id: command.id,
          title: command.title,
          keys: command.keys?.[0] ?? null,
          enabled: command.when(app) === true,
        })),
      );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tellSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(tell, MENU_DELAY_MILLISECONDS);
    };
    tell();
    const stops = [app.document, app.derived, app.view, app.run].map((store) => store.subscribe(tellSoon));
    return () => {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
    };
  }, [app]);
}

/** A native menu is opened by hand: it need not follow every frame. */
const MENU_DELAY_MILLISECONDS = 200;

function useTitle(): void {
  const app = useApp();
  useEffect(() => {
    const tell = () => {
      const state = app.document.getState();
      const dirty = isDirty(state);
      const opened = app.view.getState().screen === 'editor' || state.generation > 0;
      const title = opened ? `${dirty ? '• ' : ''}${state.name} – Patchbay` : 'Patchbay';
      if (document.title !== title) document.title = title;
      app.platform.setDocumentState({ title, dirty });
    };
    tell();
    const stops = [app.document.subscribe(tell), app.view.subscribe(tell)];
    return () => stops.forEach((stop) => stop());
  }, [app]);
}
