/** The shell around the page: its menu, files that the system opens, the question before the window closes, the title. */
import { useEffect } from 'react';
import { useApp } from '../app-context.ts';
import { DiskWatch } from '../commands/disk-watch.ts';
import { mayLeave, openBytes } from '../commands/documents.ts';
import { messageOf } from '../session/message-of.ts';
import { isDirty } from '../stores/document.ts';

export function useShellRequests(): void {
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
}

/** Looks at the document's file whenever the window comes to the front: that is when somebody may have been at it. */
export function useDiskWatch(): void {
  const app = useApp();
  useEffect(() => {
    const watch = new DiskWatch(app);
    const look = () => {
      watch.look().catch((error: unknown) => app.notices.getState().tell(messageOf(error), 'error'));
    };
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
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
    const stops = [app.document, app.derived, app.view, app.run, app.keys].map((store) => store.subscribe(tellSoon));
    return () => {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
    };
  }, [app]);
}

export function useTitle(): void {
  const app = useApp();
  useEffect(() => {
    let told = '';
    const tell = () => {
      const state = app.document.getState();
      const dirty = isDirty(state);
      const opened = app.view.getState().screen === 'editor' || state.generation > 0;
      const title = opened ? `${dirty ? '• ' : ''}${state.name} – Patchbay` : 'Patchbay';
      if (title === told) return;
      told = title;
      document.title = title;
      app.platform.setDocumentState({ title, dirty });
    };
    tell();
    const stops = [app.document.subscribe(tell), app.view.subscribe(tell)];
    return () => stops.forEach((stop) => stop());
  }, [app]);
}
