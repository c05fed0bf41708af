/** The shell around the page: its menu, files that the system opens, the question before the window closes, the title. */
import { useEffect, useLayoutEffect } from 'react';
import { useApp } from '../app-context.ts';
import { DiskWatch } from '../commands/disk-watch.ts';
import { mayCloseWindow } from '../commands/close-documents.ts';
import { openBytes } from '../commands/documents.ts';
import { showFile, takeMoved } from '../commands/windows.ts';
import { messageOf } from '../session/message-of.ts';
import { isDirty } from '../stores/document.ts';
import { dirtyTabs } from '../stores/tabs.ts';

export function useShellRequests(): void {
  const app = useApp();
  // Before the screen shows: a menu is there as soon as its window is.
  useLayoutEffect(() => {
    const { platform, commands, notices, view } = app;
    const report = (error: unknown) => notices.getState().tell(messageOf(error), 'error');
    // The window was opened for a document, and there is none to wait for any more.
    const arrived = () => {
      if (view.getState().screen === 'opening') view.getState().setScreen('gallery');
    };
    const stops = [
      platform.onCommand((id) => {
        if (commands.has(id)) commands.run(id);
      }),
      platform.onOpenFile((file) => void openBytes(app, file).catch(report).finally(arrived)),
      platform.onShowFile((id) => showFile(app, id)),
      platform.onDocumentMoved((moved) => void takeMoved(app, moved).catch(report)),
      platform.onNotice((message) => {
        notices.getState().tell(message, 'error');
        arrived();
      }),
      platform.onCloseRequested(() => mayCloseWindow(app)),
    ];
    return () => stops.forEach((stop) => stop());
  }, [app]);
}

/** Looks at the document's file whenever it, or the window, comes to the front: somebody may have been at it meanwhile. */
export function useDiskWatch(): void {
  const app = useApp();
  useEffect(() => {
    const watch = new DiskWatch(app);
    const look = () => {
      watch.look().catch((error: unknown) => app.notices.getState().tell(messageOf(error), 'error'));
    };
    window.addEventListener('focus', look);
    const stop = app.document.subscribe((state, before) => {
      if (state.generation !== before.generation) look();
    });
    return () => {
      stop();
      window.removeEventListener('focus', look);
    };
  }, [app]);
}

/** A native menu is opened by hand: it need not follow every frame. */
const MENU_DELAY_MILLISECONDS = 200;

/** Tells the shell which commands there are, and which of them can be run now. */
export function useShellMenu(): void {
  const app = useApp();
  useEffect(() => {
    const tell = () =>
      app.platform.setCommands(
        app.commands.list.map((command) => ({
          id: command.id,
          title: command.title,
          keys: app.keys.getState().chords.get(command.id)?.[0] ?? null,
          enabled: command.when(app) === true,
        })),
      );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tellSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(tell, MENU_DELAY_MILLISECONDS);
    };
    tell();
    const stops = [app.document, app.tabs, app.derived, app.view, app.run, app.keys].map((store) =>
      store.subscribe(tellSoon),
    );
    return () => {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
    };
  }, [app]);
}

export function useTitle(): void {
  const app = useApp();
  useEffect(() => {
    let told: { readonly title: string; readonly dirty: boolean } | null = null;
    const tell = () => {
      const state = app.document.getState();
      const tabs = app.tabs.getState();
      const dirty = dirtyTabs(tabs, state).length > 0;
      const title = tabs.activeId === null ? 'Patchbay' : `${isDirty(state) ? '• ' : ''}${state.name} – Patchbay`;
      if (told?.title === title && told.dirty === dirty) return;
      told = { title, dirty };
      document.title = title;
      app.platform.setDocumentState(told);
    };
    tell();
    const stops = [app.document.subscribe(tell), app.tabs.subscribe(tell)];
    return () => stops.forEach((stop) => stop());
  }, [app]);
}
