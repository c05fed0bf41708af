/** The stand-in for Electron's `app`: life of the process, paths, the lock of the single instance. */
import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from './chromium.ts';
import type { Runtime } from './runtime.ts';

/** How often the browser is asked which process is the GPU's: it does not tell when that dies. */
const GPU_MILLISECONDS = 500;
/** Time that the browser has to write its profile when it ends. */
const GRACE_MILLISECONDS = 5000;

export class App extends EventEmitter {
  readonly isPackaged = false;
  readonly recentDocuments: string[] = [];
  readonly commandLine: {
    appendSwitch(name: string, value?: string): void;
    getSwitchValue(name: string): string;
    hasSwitch(name: string): boolean;
  };
  readonly #runtime: Runtime;
  readonly #paths = new Map<string, string>();
  readonly #name: string;
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #quitting = false;
  #relaunch = false;
  /** Of the GPU process. */
  #gpuPid: number | null = null;

  constructor(runtime: Runtime, name: string) {
    super();
    this.#runtime = runtime;
    this.#name = name;
    const { switches } = runtime;
    this.commandLine = {
      appendSwitch: (name, value = '') => void switches.set(name, value),
      getSwitchValue: (name) => switches.get(name) ?? '',
      hasSwitch: (name) => switches.has(name),
    };
    runtime.onContents = (contents) => this.emit('web-contents-created', {}, contents);
    runtime.onAllClosed = () => {
      if (this.#quitting) this.#finish();
      else if (!this.emit('window-all-closed')) this.quit();
    };
  }

  /** Starts the browser, then the application hears that it is ready. */
  async start(): Promise<void> {
    const { bridge, switches } = this.#runtime;
    await bridge.listen();
    const profile = join(this.getPath('userData'), 'stand-in-chromium');
    this.#runtime.chromium = await launchChromium(switches, profile, bridge.resolverRules);
    setInterval(() => void this.#lookForGpu(), GPU_MILLISECONDS).unref();
    this.#isReady = true;
    this.emit('ready');
    this.#ready.resolve();
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  isReady(): boolean {
    return this.#isReady;
  }

  enableSandbox(): void {
    // Debian's Chromium runs its renderers in its own sandbox, except as root, where it cannot.
    if (process.getuid?.() === 0) this.#runtime.switches.set('no-sandbox', '');
  }

  getPath(name: string): string {
    const appData = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
    const own: Readonly<Record<string, () => string>> = {
      appData: () => appData,
      userData: () => join(appData, this.#name),
      logs: () => join(this.getPath('userData'), 'logs'),
    };
    const path = this.#paths.get(name) ?? own[name]?.();
    if (path === undefined) throw new Error(`getPath('${name}') is not part of the stand-in`);
    return path;
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  addRecentDocument(path: string): void {
    this.recentDocuments.unshift(path);
  }

  clearRecentDocuments(): void {
    this.recentDocuments.length = 0;
  }

  /** Of the browser's own list, which Electron's has taken its fields from. */
  async getGPUInfo(level: 'basic' | 'complete'): Promise<object> {
    if (level !== 'complete') throw new Error(`getGPUInfo('${level}') is not part of the stand-in`);
    const { gpu } = (await this.#runtime.cdp.send('SystemInfo.getInfo')) as { gpu: { devices: object[] } };
    return { gpuDevice: gpu.devices };
  }

  /** Of the processes, the GPU's alone. */
  getAppMetrics(): readonly { readonly type: 'GPU'; readonly pid: number }[] {
    return this.#gpuPid === null ? [] : [{ type: 'GPU', pid: this.#gpuPid }];
  }

  getGPUFeatureStatus(): Readonly<Record<string, string>> {
    return { webgpu: this.#runtime.switches.has('enable-unsafe-webgpu') ? 'enabled' : 'disabled_off' };
  }

  /** By a folder that only one process can make; a second start leaves its command line in it. */
  requestSingleInstanceLock(): boolean {
    const lock = join(this.getPath('userData'), 'stand-in-lock');
    mkdirSync(this.getPath('userData'), { recursive: true });
    const holder = this.#holderOf(lock);
    if (holder !== null) {
      writeFileSync(join(lock, `${process.pid}.json`), JSON.stringify({ argv: process.argv, cwd: process.cwd() }));
      return false;
    }
    rmSync(lock, { recursive: true, force: true });
    mkdirSync(lock);
    writeFileSync(join(lock, 'holder'), String(process.pid));
    watch(lock, () => this.#hearSecondInstances(lock)).unref();
    return true;
  }

  relaunch(): void {
    this.#relaunch = true;
  }

  /** Unless a listener of `before-quit` has other plans: closes the windows, any of which may refuse; then ends, unless a listener of `will-quit` has more to do. */
  quit(): void {
    let prevented = false;
    this.emit('before-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (prevented) return;
    this.#quitting = true;
    for (const window of this.#runtime.windows) {
      window.close();
      if (!window.isDestroyed()) this.#quitting = false;
    }
    if (this.#quitting && this.#runtime.windows.size === 0) this.#finish();
  }

  exit(code = 0): void {
    const browser = this.#runtime.chromium?.process;
    if (!browser || browser.exitCode !== null || browser.signalCode !== null) process.exit(code);
    browser.once('exit', () => process.exit(code));
    // Asked, as Electron ends its own: a signal would lose what pages have written to their storage lately.
    this.#runtime.cdp.send('Browser.close').catch(() => browser.kill());
    // A browser that hangs while it ends, which a loaded machine brings about, is ended.
    setTimeout(() => browser.kill('SIGKILL'), GRACE_MILLISECONDS);
  }

  #finish(): void {
    let prevented = false;
    this.emit('will-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (prevented) {
      this.#quitting = false;
      return;
    }
    this.emit('quit', {}, 0);
    // What a test asks about afterwards; a process that came back by itself would be nobody's to stop.
    if (this.#relaunch) process.stderr.write('stand-in: would relaunch\n');
    this.exit(0);
  }

  async #lookForGpu(): Promise<void> {
    const { processInfo } = (await this.#runtime.cdp.send('SystemInfo.getProcessInfo')) as {
      processInfo: readonly { readonly type: string; readonly id: number }[];
    };
    const pid = processInfo.find(({ type }) => type === 'GPU')?.id ?? null;
    const before = this.#gpuPid;
    this.#gpuPid = pid;
    if (before !== null && pid !== before) {
      this.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 1 });
    }
  }

  #holderOf(lock: string): number | null {
    try {
      const pid = Number(readFileSync(join(lock, 'holder'), 'utf8'));
      process.kill(pid, 0);
      return pid;
    } catch {
      return null;
    }
  }

  #hearSecondInstances(lock: string): void {
    for (const name of readdirSync(lock).filter((name) => name.endsWith('.json'))) {
      const path = join(lock, name);
      const text = readFileSync(path, 'utf8');
      // The file is seen before it is written.
      if (text === '') continue;
      rmSync(path);
      const { argv, cwd } = JSON.parse(text) as { argv: string[]; cwd: string };
      this.emit('second-instance', {}, argv, cwd);
    }
  }
}
