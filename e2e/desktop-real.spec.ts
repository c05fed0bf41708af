/**
 * What only Electron itself can show. With PATCHBAY_ELECTRON each feature is asked of it; without, the stand-in must refuse
 * each by throwing, so that nothing passes that was never there, and the runner says what was not shown. What nobody but a
 * person can see stands in docs/RELEASING.md.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';
import { FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { expect, test, type ElectronApplication } from '@playwright/test';
import { appWithPage, electronExecutable, gpuProcessKnown, launchDesktop } from './stand-in/launch.ts';

const REAL = process.env['PATCHBAY_ELECTRON'] !== undefined;

interface Feature {
  readonly name: string;
  /** Shows it, by assertions; throws where it is not to be had. */
  readonly show: (electron: ElectronApplication) => Promise<void>;
}

const FEATURES: readonly Feature[] = [
  {
    name: 'the page’s process is in the sandbox',
    show: async (electron) => {
      const { pid, metrics } = await electron.evaluate(({ app, BrowserWindow }) => ({
        pid: BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId(),
        metrics: app.getAppMetrics(),
      }));
      const metric = metrics.find((each) => each.pid === pid);
      // Linux tells it in the process itself: 2 is a filter of system calls.
      if (process.platform === 'linux')
        expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s*2$/m);
      else expect(metric?.sandboxed).toBe(true);
    },
  },
  {
    name: 'the window has the preferences that lock it down',
    show: async (electron) => {
      const preferences = await electron.evaluate(({ BrowserWindow }) =>
        (
          BrowserWindow.getAllWindows()[0]!.webContents as unknown as { getLastWebPreferences(): object }
        ).getLastWebPreferences(),
      );
      expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false });
    },
  },
  {
    name: 'the application’s own protocol is one of the browser’s',
    show: async (electron) => {
      expect(await electron.evaluate(({ protocol }) => protocol.isProtocolHandled('patchbay'))).toBe(true);
    },
  },
  {
    name: 'nothing is spelled, for which dictionaries would be fetched',
    show: async (electron) => {
      expect(await electron.evaluate(({ session }) => session.defaultSession.isSpellCheckerEnabled())).toBe(false);
    },
  },
  {
    name: 'no address of this machine is given to peers',
    show: async (electron) => {
      const policy = await electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.webContents.getWebRTCIPHandlingPolicy(),
      );
      expect(policy).toBe('disable_non_proxied_udp');
    },
  },
  {
    name: 'no crash is reported to anybody',
    show: async (electron) => {
      expect(await electron.evaluate(({ crashReporter }) => crashReporter.getUploadedReports())).toEqual([]);
    },
  },
  {
    name: 'roles of the native menu have the system’s words and keys',
    show: async (electron) => {
      const quit = await electron.evaluate(({ MenuItem }) => {
        const { label, accelerator } = new MenuItem({ role: 'quit' });
        return { label, accelerator: String(accelerator) };
      });
      expect(quit.label).not.toBe('');
    },
  },
  {
    name: 'the window opens on a display that is there',
    show: async (electron) => {
      const { bounds, area } = await electron.evaluate(({ screen, BrowserWindow }) => {
        const bounds = BrowserWindow.getAllWindows()[0]!.getBounds();
        return { bounds, area: screen.getDisplayMatching(bounds).bounds };
      });
      expect(bounds.x + bounds.width).toBeGreaterThan(area.x);
      expect(bounds.x).toBeLessThan(area.x + area.width);
    },
  },
  {
    name: 'the window can fill the screen and be zoomed',
    show: async (electron) => {
      const able = await electron.evaluate(({ BrowserWindow }) => {
        const window = BrowserWindow.getAllWindows()[0]!;
        window.webContents.setZoomFactor(1.5);
        return { fullScreen: window.isFullScreenable(), zoom: window.webContents.getZoomFactor() };
      });
      expect(able).toEqual({ fullScreen: true, zoom: 1.5 });
    },
  },
  {
    name: 'the graphics card is known without a test of it',
    show: async (electron) => {
      expect(await electron.evaluate(({ app }) => app.getGPUInfo('basic'))).toHaveProperty('gpuDevice');
    },
  },
  {
    name: 'the executable has fuses',
    show: async () => {
      expect((await getCurrentFuseWire(electronExecutable())).version).toBe(FuseVersion.V1);
    },
  },
  {
    name: 'the main process reads from an ASAR archive as from a folder',
    show: async (electron) => {
      const folder = await mkdtemp(join(tmpdir(), 'patchbay-asar-'));
      await writeFile(join(folder, 'word.txt'), 'inside');
      const archive = `${folder}.asar`;
      await createPackage(folder, archive);
      const read = await electron.evaluate(
        (_, path) => process.getBuiltinModule('node:fs').readFileSync(path, 'utf8'),
        join(archive, 'word.txt'),
      );
      expect(read).toBe('inside');
    },
  },
];

/** What the stand-in can show, too, each with a process that ends. */
const DEATHS: readonly Feature[] = [
  {
    name: 'a GPU process that is killed is noticed',
    show: async (electron) => {
      await gpuProcessKnown(electron);
      const told = await electron.evaluate(({ app }) => {
        const { promise, resolve } = Promise.withResolvers<string>();
        app.once('child-process-gone', (_event, { type }) => resolve(type));
        process.kill(app.getAppMetrics().find(({ type }) => type === 'GPU')!.pid, 'SIGKILL');
        return promise;
      });
      expect(told).toBe('GPU');
    },
  },
  // Last: it takes the page with it.
  {
    name: 'a page whose process dies is noticed',
    show: async (electron) => {
      const reason = await electron.evaluate(({ BrowserWindow }) => {
        const { webContents } = BrowserWindow.getAllWindows()[0]!;
        const { promise, resolve } = Promise.withResolvers<string>();
        webContents.once('render-process-gone', (_event, details) => resolve(details.reason));
        webContents.forcefullyCrashRenderer();
        return promise;
      });
      expect(['crashed', 'killed']).toContain(reason);
    },
  },
];

let electron: ElectronApplication;

test.beforeAll(async () => {
  const app = await appWithPage(join(import.meta.dirname, 'platform-page'));
  ({ electron } = await launchDesktop(app, await mkdtemp(join(tmpdir(), 'patchbay-real-'))));
});

test.afterAll(async () => {
  // The page may be gone, and could keep the window open.
  await electron.evaluate(({ app }) => app.exit(0)).catch(() => undefined);
});

for (const { name, show } of FEATURES) {
  if (REAL) {
    test(`Electron: ${name}`, async () => {
      await show(electron);
    });
  } else {
    test(`not shown, and refused by the stand-in: ${name}`, async () => {
      const refusal: unknown = await show(electron).then(
        () => null,
        (error: unknown) => error,
      );
      const why = refusal instanceof Error ? refusal.message.split('\n')[0]! : 'it did not refuse';
      test.info().annotations.push({ type: 'not shown', description: `${name}: ${why}` });
      process.stdout.write(`  not shown without PATCHBAY_ELECTRON: ${name} (${why})\n`);
      expect(refusal, 'the stand-in passed it').toBeInstanceOf(Error);
      // By throwing, not by another answer, which an assertion would have failed on.
      expect(refusal).not.toHaveProperty('matcherResult');
    });
  }
}

for (const { name, show } of DEATHS) {
  test(name, async () => {
    await show(electron);
  });
}
