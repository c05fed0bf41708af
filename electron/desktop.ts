/** The desktop application once Electron is ready: its windows and menu, what windows share, and how it ends. */
import { join } from 'node:path';
import { app, Menu, type WebContents } from 'electron';
import type { MenuCommand } from './api.ts';
import { removeTemporaries } from './atomic-write.ts';
import { CheckpointHashes } from './checkpoint-hashes.ts';
import { MOST_WINDOWS } from './desktop-limits.ts';
import { createDialogs, type Dialogs } from './dialogs.ts';
import { describeError, DesktopError } from './errors.ts';
import { FileClaims } from './file-claims.ts';
import type { Handlers } from './ipc.ts';
import { JournalFolder } from './journal.ts';
import { JournalOwners } from './journal-owners.ts';
import type { LogFile } from './log.ts';
import { menuLayout, menuTemplate, NATIVE_COMMANDS } from './menu.ts';
import { OpenFiles } from './open-files.ts';
import { ChosenFiles } from './reach.ts';
import { RecentFiles } from './recent-files.ts';
import { countDeath, NO_DEATHS } from './recovery.ts';
import { UnfinishedWrites } from './unfinished-writes.ts';
import { type Shared, WindowSession } from './window-session.ts';
import { besides, KeptWindowState } from './window-state.ts';

export interface DesktopPlaces {
  /** Path of the script that runs before the page. */
  readonly preload: string;
  /** The person's folder of this application. */
  readonly userData: string;
  /** Where processes of the person tell each other which documents they have open, whatever their user data. */
  readonly openFiles: string;
  readonly log: Pick<LogFile, 'path'>;
}

/** What can be done while no window is open, which macOS allows. */
const WITHOUT_WINDOWS: readonly MenuCommand[] = [
  { id: 'file.new-window', title: 'New window', keys: 'Mod+Shift+N', enabled: true },
];

export class Desktop {
  readonly #preload: string;
  readonly #shared: Shared;
  readonly #unfinished: UnfinishedWrites;
  readonly #journal: JournalFolder;
  readonly #kept: KeptWindowState;
  /** On top of whatever window is in front. */
  readonly #dialogs: Dialogs;
  /** The one that the person worked in last comes first. */
  #windows: readonly WindowSession[] = [];
  /** The first window, from the moment on that it is asked for, so that two who ask get one. */
  #opening: Promise<WindowSession> | null = null;
  #menu: { readonly layout: string; readonly built: Menu } | null = null;
  #deaths = NO_DEATHS;
  /** What was asked for, and happens once all windows have closed if the person lets them close. */
  #afterClose: 'nothing' | 'quit' | 'relaunch' = 'nothing';
  readonly #work = new Set<Promise<unknown>>();

  private constructor({ preload, userData, openFiles, log }: DesktopPlaces, recent: RecentFiles, chosen: ChosenFiles) {
    this.#preload = preload;
    this.#unfinished = new UnfinishedWrites(join(userData, 'unfinished'));
    this.#journal = new JournalFolder(join(userData, 'journal'));
    this.#kept = new KeptWindowState(join(userData, 'window.json'));
    this.#dialogs = createDialogs(() => this.#front?.window.browserWindow ?? null);
    this.#shared = {
      log,
      recent,
      chosen,
      hashes: new CheckpointHashes(),
      disk: this.#unfinished.recorded(),
      journal: new JournalOwners(this.#journal),
      claims: new FileClaims(new OpenFiles(openFiles)),
    };
    recent.subscribe((newest) => {
      if (newest === null) app.clearRecentDocuments();
      else app.addRecentDocument(newest);
      this.#showMenu();
    });
  }

  static async create(places: DesktopPlaces): Promise<Desktop> {
    const { userData } = places;
    const recent = await RecentFiles.load(join(userData, 'recent-files.json'));
    const chosen = await ChosenFiles.load(join(userData, 'chosen-files.json'));
    const desktop = new Desktop(places, recent, chosen);
    await orReport(desktop.#journal.tidy());
    await orReport(removeTemporaries(userData));
    await orReport(desktop.#unfinished.tidy());
    desktop.#showMenu();
    return desktop;
  }

  get #front(): WindowSession | null {
    return this.#windows[0] ?? null;
  }

  /** Shows the window that was used last, opening one if there is none. */
  async showWindow(): Promise<void> {
    (await this.#someWindow()).window.focus();
  }

  /** The answers to the calls of a page; null if it is in none of the windows. */
  handlersFor(contents: WebContents): Handlers | null {
    return this.#windows.find((session) => session.isPage(contents))?.handlers ?? null;
  }

  /** Opens a document: where it is open already, or else in the window that was used last. */
  async openPath(path: string): Promise<void> {
    const claim = await this.#shared.claims.holderOf(path);
    if (claim) return claim.window.show(claim.handle);
    const session = await this.#someWindow({ opening: true });
    session.window.focus();
    await session.openPath(path);
  }

  /** A fault of the shell that nothing was waiting for: the pages have all edits, and go on. */
  tellFault(error: unknown): void {
    const message = `The desktop shell met a fault (${describeError(error)}). Your documents are as they were; save them, and start Patchbay again when it suits you.`;
    this.#front?.window.send('notice', { message });
  }

  /** The app is to end: where windows would ask, they ask first, one after the other, and all of it is called off by one that stays. */
  beforeQuit(event: Pick<Electron.Event, 'preventDefault'>): void {
    if (!this.#windows.some(({ window }) => window.asksToClose)) {
      if (this.#afterClose === 'nothing') this.#afterClose = 'quit';
      return;
    }
    event.preventDefault();
    this.#closeAll('quit');
  }

  /** Keeps the app from ending before this has. */
  track(work: Promise<unknown>): void {
    this.#work.add(work);
    const forget = () => this.#work.delete(work);
    work.then(forget, forget);
  }

  /** What is under way; null if nothing is. */
  pendingWork(): Promise<unknown> | null {
    return this.#work.size === 0 ? null : Promise.allSettled(this.#work);
  }

  async gpuProcessGone(reason: string): Promise<void> {
    const report = countDeath(this.#deaths, reason, Date.now());
    if (!report) return;
    this.#deaths = report.deaths;
    for (const { window } of this.#windows) window.send('gpuProcessGone', { deaths: report.count, reason });
    if (report.offerRelaunch && (await this.#dialogs.offerRelaunch(report.count))) this.#closeAll('relaunch');
  }

  /** @param opening A window that has to be opened waits for a document, instead of showing the gallery. */
  async #someWindow({ opening } = { opening: false }): Promise<WindowSession> {
    if (this.#front) return this.#front;
    this.#opening ??= this.#kept
      .read()
      .then((state) => this.#openWindow(state, opening))
      .finally(() => (this.#opening = null));
    return await this.#opening;
  }

  #openWindow(state: Awaited<ReturnType<KeptWindowState['read']>>, opening = false): WindowSession {
    const session = new WindowSession(this.#shared, {
      preload: this.#preload,
      state,
      opening,
      kept: this.#kept,
      onFocus: (focused) => this.#toFront(focused),
      onCommands: () => this.#showMenu(),
      onNewWindow: (from) => this.#openBesides(from),
      onStay: () => (this.#afterClose = 'nothing'),
      onClosed: (closed) => this.#onClosed(closed),
      onWork: (work) => this.track(work),
    });
    this.#toFront(session);
    return session;
  }

  #openBesides(from: WindowSession): WindowSession {
    if (this.#windows.length >= MOST_WINDOWS) {
      throw new DesktopError(`${MOST_WINDOWS} windows are open. Close one first.`);
    }
    return this.#openWindow(besides(from.window.state));
  }

  #toFront(session: WindowSession): void {
    this.#windows = [session, ...this.#windows.filter((other) => other !== session)];
    this.#showMenu();
  }

  /** Of the window in front. */
  #showMenu(): void {
    const mac = process.platform === 'darwin';
    const commands = this.#front ? this.#front.commands : WITHOUT_WINDOWS;
    const state = { commands, recentFiles: this.#shared.recent.list(), mac };
    const layout = menuLayout(state);
    // Most changes are of what can be done now: a menu that is open is not to be torn away for that.
    if (this.#menu?.layout === layout) {
      for (const { id, enabled } of commands) setEnabled(this.#menu.built, id, enabled);
      return;
    }
    const template = menuTemplate(state, {
      sendCommand: (id) => this.#command(id),
      openRecent: (id) => this.track(this.#openRecent(id)),
      clearRecentFiles: () => this.track(this.#shared.recent.clear()),
    });
    this.#menu = { layout, built: Menu.buildFromTemplate(template) };
    Menu.setApplicationMenu(this.#menu.built);
  }

  #command(id: string): void {
    if (this.#front) this.#front.window.send('command', id);
    else this.track(this.showWindow());
  }

  async #openRecent(id: string): Promise<void> {
    await this.openPath(this.#shared.recent.pathOf(id));
  }

  #closeAll(then: 'quit' | 'relaunch'): void {
    this.#afterClose = then;
    // Not tracked: it waits for the person, and what is tracked holds up the end that it leads to.
    this.#askAll().catch((error: unknown) => console.error(error));
  }

  /** Those that ask come first: while one of them may stay, nothing else has gone. */
  async #askAll(): Promise<void> {
    if (this.#windows.length === 0) return this.#end();
    for (;;) {
      const asking = this.#windows.find(({ window }) => window.asksToClose);
      if (!asking) break;
      if (!(await asking.window.close())) return;
    }
    // Where the one in front stood is kept.
    for (const { window } of this.#windows.toReversed()) window.browserWindow.close();
  }

  #onClosed(session: WindowSession): void {
    this.#windows = this.#windows.filter((other) => other !== session);
    this.#showMenu();
    if (this.#windows.length === 0) this.#end();
  }

  /** The last window has closed. */
  #end(): void {
    const next = this.#afterClose;
    this.#afterClose = 'nothing';
    // An AppImage is mounted anew at each start: the path of what runs is gone by then.
    const image = process.env['APPIMAGE'];
    if (next === 'relaunch') app.relaunch(image === undefined ? {} : { execPath: image });
    // On macOS an application stays when its last window is closed, unless it was the application that was to end.
    if (next !== 'nothing' || process.platform !== 'darwin') app.quit();
  }
}

/** The system decides about the items that it carries out itself. */
function setEnabled(menu: Menu, id: string, enabled: boolean): void {
  const item = menu.getMenuItemById(id);
  if (item && !NATIVE_COMMANDS.has(id)) item.enabled = enabled;
}

/** For what the person is not waiting for: a failure goes to the log and stops nothing. */
async function orReport(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => console.error(describeError(error)));
}
