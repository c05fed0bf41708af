/** The main process: what has to be said before Electron is ready, then the system's events, handed to `Desktop`. */
import { join } from 'node:path';
import { app, protocol, session } from 'electron';
import { APP_PRIVILEGES, serveApp } from './app-protocol.ts';
import { documentsIn } from './arguments.ts';
import { Desktop } from './desktop.ts';
import { registerHandlers } from './ipc.ts';
import { configureGpu, denyNavigation, lockSession } from './lock-down.ts';
import { LogFile, logConsole } from './log.ts';
import { APP_SCHEME } from './trust.ts';

/** Beside this file, as scripts/build.ts puts them. */
const RENDERER = join(import.meta.dirname, '../renderer');
const PRELOAD = join(import.meta.dirname, 'preload.cjs');

protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: APP_PRIVILEGES }]);
app.enableSandbox();
configureGpu(app.commandLine, process.platform);
denyNavigation(app);
// Tests and second profiles live beside the person's own.
const profile = app.commandLine.getSwitchValue('user-data-dir');
if (profile !== '') app.setPath('userData', profile);

const log = new LogFile(app.getPath('logs'));
logConsole(log);

if (app.requestSingleInstanceLock()) {
  start().catch((error: unknown) => {
    console.error(error);
    app.exit(1);
  });
} else {
  // The instance that runs already gets this one's command line.
  app.quit();
}

async function start(): Promise<void> {
  const { promise: ready, resolve: resolveReady } = Promise.withResolvers<Desktop>();
  const openAll = async (paths: readonly string[]) => {
    const desktop = await ready;
    if (paths.length === 0) await desktop.showWindow();
    for (const path of paths) await desktop.openPath(path);
  };
  // macOS may ask before the app is ready; the answer waits.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    void openAll([path]);
  });
  app.on('second-instance', (_event, argv, cwd) => void openAll(documentsIn(argv, cwd)));
  app.on('activate', () => void openAll([]));

  await app.whenReady();
  protocol.handle(APP_SCHEME, (request) => serveApp(request, RENDERER));
  lockSession(session.defaultSession);
  const desktop = await Desktop.create({
    preload: PRELOAD,
    userData: app.getPath('userData'),
    openFiles: join(app.getPath('appData'), 'patchbay-open-files'),
    log,
  });
  // The documents are the page's, which goes on; what the shell was doing has failed, and says so.
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (error: unknown) => {
      console.error(error);
      desktop.tellFault(error);
    });
  }
  registerHandlers(
    (contents) => desktop.handlersFor(contents),
    (work) => desktop.track(work),
  );

  app.on('child-process-gone', (_event, { type, reason }) => {
    if (type === 'GPU') void desktop.gpuProcessGone(reason);
  });
  app.on('before-quit', (event) => desktop.beforeQuit(event));
  app.on('will-quit', (event) => {
    const pending = desktop.pendingWork();
    if (!pending) return;
    event.preventDefault();
    void pending.then(() => app.quit());
  });
  // `Desktop` decides what happens when its windows have closed; with a listener here Electron does not quit by itself.
  app.on('window-all-closed', () => undefined);

  resolveReady(desktop);
  await openAll(documentsIn(process.argv, process.cwd()));
}
