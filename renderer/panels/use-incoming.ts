/** What comes in from outside: files dropped on the window, nodes and pictures pasted. */
import { useEffect, useLayoutEffect, useState } from 'react';
import { useApp, type App } from '../app-context.ts';
import { pasteText } from '../commands/clipboard.ts';
import { editable } from '../commands/conditions.ts';
import { FILE_ENDING, openAll } from '../commands/documents.ts';
import { importFiles } from '../commands/import-model.ts';
import { pictureOf, placePictures } from '../commands/place-pictures.ts';
import { droppedFiles, droppedModel } from '../platform/dropped-files.ts';
import type { ModelFiles, OpenedFile } from '../platform/platform.ts';
import { isTextField } from '../platform/text-editing.ts';
import { messageOf } from '../session/message-of.ts';

/** Nodes as text, or a picture: only the paste event may read the clipboard without asking. */
export function usePaste(): void {
  const app = useApp();
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (event.defaultPrevented || isTextField(document.activeElement) || !event.clipboardData) return;
      if (editable(app) !== true) return;
      const files = [...event.clipboardData.files].filter((file) => file.type.startsWith('image/'));
      const text = event.clipboardData.getData('text/plain');
      if (files.length > 0 && !app.clipboard.isWriting) void placeFiles(app, files, null);
      else if (!pasteNodes(app, text)) return;
      event.preventDefault();
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [app]);
}

/** @returns true while files are dragged over the window. */
export function useDrop(): boolean {
  const app = useApp();
  const [over, setOver] = useState(false);
  useLayoutEffect(() => {
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
    const onAnyDrop = () => setOver(false);
    const onDrop = (event: DragEvent) => {
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      const data = event.dataTransfer!;
      const node = document.elementFromPoint(event.clientX, event.clientY)?.closest('.react-flow__node');
      // Not awaited before: the browser empties the data transfer once the handler has returned.
      const dropped = [app.platform.openDropped(data), droppedModel(data.items), droppedFiles(data.items)] as const;
      void takeDropped(app, dropped, node?.getAttribute('data-id') ?? null);
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('dragleave', onDragLeave);
    // Also of what the canvas takes for itself, and lets nobody else see.
    window.addEventListener('drop', onAnyDrop, { capture: true });
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('dragleave', onDragLeave);
      window.removeEventListener('drop', onAnyDrop, { capture: true });
      window.removeEventListener('drop', onDrop);
    };
  }, [app]);
  return over;
}

/** Documents open, a model is imported; where there are none, pictures go to the node that they were dropped on. */
async function takeDropped(
  app: App,
  dropped: readonly [Promise<readonly OpenedFile[]>, Promise<ModelFiles | null>, Promise<readonly File[]>],
  nodeId: string | null,
): Promise<void> {
  try {
    // What is no folder of pictures may be one of a model.
    const [opening, finding, reading] = await Promise.allSettled(dropped);
    const [documents, model] = [valueOf(opening), valueOf(finding)];
    if (documents.length > 0) return await openAll(app, documents);
    if (model) return await importFiles(app, model);
    const pictures = valueOf(reading).filter(({ name }) => !name.endsWith(FILE_ENDING));
    if (pictures.length > 0) await placeFiles(app, pictures, nodeId);
  } catch (error) {
    app.notices.getState().tell(messageOf(error), 'error');
  }
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function placeFiles(app: App, files: readonly File[], nodeId: string | null): Promise<void> {
  await placePictures(app, await Promise.all(files.map(pictureOf)), nodeId);
}

/** @returns false if the text holds no nodes. */
function pasteNodes(app: App, text: string): boolean {
  try {
    return pasteText(app, text);
  } catch (error) {
    // They are nodes, but cannot be put here: a module would contain itself.
    app.notices.getState().tell(messageOf(error), 'error');
    return true;
  }
}
