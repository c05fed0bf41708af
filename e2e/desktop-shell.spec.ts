/** The built main process and preload, with a page that is nothing but the platform. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { CALL_CHANNELS } from '../electron/channels.ts';
import {
  answerDialogs,
  appWithPage,
  chooseMenuItem,
  type Desktop,
  electronExecutable,
  launchDesktop,
} from './stand-in/launch.ts';

let app: string;
let folder: string;
let userData: string;
let desktop: Desktop;

test.beforeAll(async () => {
  app = await appWithPage(join(import.meta.dirname, 'platform-page'));
});

async function makeFolders(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-desktop-'));
  userData = join(folder, 'user-data');
}

test.describe('one start for all', () => {
  test.beforeAll(async () => {
    await makeFolders();
    desktop = await launchDesktop(app, userData);
  });

  test.beforeEach(() => desktop.page.reload());

  test.afterAll(() => desktop.electron.close());

  test('the window shows the page from its own protocol, isolated, with the bridge and nothing of Node', async () => {
    const { electron, page } = desktop;
    const urls = await electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()),
    );
    expect(urls).toEqual(['patchbay://app/']);
    const facts = await page.evaluate(() => ({
      kind: window.platform.kind,
      bridge: Object.keys(window.patchbayDesktop!).sort(),
      node: ['require', 'process', 'Buffer', 'module'].filter((name) => name in globalThis),
      isolated: crossOriginIsolated,
      secure: isSecureContext,
      gpu: 'gpu' in navigator,
    }));
    const bridge = [...Object.keys(CALL_CHANNELS), 'on', 'platform'].sort();
    expect(facts).toEqual({ kind: 'electron', bridge, node: [], isolated: true, secure: true, gpu: true });
  });

  test('a file that another program changed is overwritten only if the person says so', async () => {
    const path = join(folder, 'vit.patchbay');
    await writeFile(path, 'first');
    const { electron, page } = desktop;
    await answerDialogs(electron, { open: [path], button: 1 });
    const { file } = await openText(page);
    await writeFile(path, 'written elsewhere');
    expect(await saveText(page, file, '', 'mine')).toBeNull();
    expect(await readFile(path, 'utf8')).toBe('written elsewhere');
    await answerDialogs(electron, { button: 0 });
    expect(await saveText(page, file, '', 'mine')).toEqual(file);
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  test('files that cannot be opened or saved are told in a sentence', async () => {
    const { electron, page } = desktop;
    await answerDialogs(electron, { open: [join(folder, 'missing.patchbay')], save: join(folder, 'none/x.patchbay') });
    await expect(openText(page)).rejects.toThrow('missing.patchbay could not be opened: it is not there.');
    await expect(saveText(page, null, 'x.patchbay', '')).rejects.toThrow(
      'none/x.patchbay could not be saved: the folder is not there',
    );
    await expect(saveText(page, { id: 'made-up', name: 'x' }, '', '')).rejects.toThrow(
      'was not opened in this session',
    );
  });

  test('the menu shows the commands of the page and sends them to it', async () => {
    const { electron, page } = desktop;
    const item = (id: string) =>
      electron.evaluate(({ Menu }, id) => {
        const found = Menu.getApplicationMenu()?.getMenuItemById(id);
        return found ? { label: found.label, enabled: found.enabled } : null;
      }, id);
    expect(await item('file.save')).toBeNull();
    await page.evaluate(() =>
      window.platform.setCommands([
        { id: 'file.save', title: 'Save', keys: 'Mod+S', enabled: true },
        { id: 'edit.undo', title: 'Undo', keys: 'Mod+Z', enabled: true },
        { id: 'run.run', title: 'Run', keys: null, enabled: false },
      ]),
    );
    await expect.poll(() => item('file.save')).toEqual({ label: 'Save', enabled: true });
    expect(await item('run.run')).toEqual({ label: 'Run', enabled: false });
    await chooseMenuItem(electron, 'file.save');
    await expect.poll(() => heard(page)).toEqual([{ kind: 'command', value: 'file.save' }]);

    const field = page.getByRole('textbox', { name: 'Text' });
    await field.fill('abc');
    await chooseMenuItem(electron, 'edit.undo');
    await expect(field).toHaveValue('');
    expect(await heard(page)).toHaveLength(1);
  });

  test('the page can neither leave, nor open windows, nor be granted what it does not need', async () => {
    const { electron, page } = desktop;
    const opened = await electron.evaluateHandle(({ shell }) => {
      const urls: string[] = [];
      shell.openExternal = (url) => Promise.resolve(void urls.push(url));
      return urls;
    });
    const before = page.url();
    await page.evaluate(() => location.assign('http://127.0.0.1:9/')).catch(() => undefined);
    await page.evaluate(() => {
      window.open('https://docs.pytorch.org/');
      window.open('file:///etc/passwd');
    });
    await expect.poll(() => opened.jsonValue()).toEqual(['https://docs.pytorch.org/']);
    await expect.poll(() => electron.windows().length).toBe(1);
    expect(page.url()).toBe(before);
    expect(await page.evaluate(() => window.platform.kind)).toBe('electron');
    const permissions = await page.evaluate(async () => {
      const stateOf = async (name: string) =>
        (await navigator.permissions.query({ name: name as PermissionName })).state;
      return [await stateOf('geolocation'), await stateOf('notifications'), await stateOf('midi')];
    });
    expect(permissions).toEqual(['denied', 'denied', 'denied']);
  });

  test('the policy blocks what is not the application’s own', async () => {
    const { page } = desktop;
    const violations = await page.evaluateHandle(() => {
      const directives = new Set<string>();
      document.addEventListener('securitypolicyviolation', (event) => directives.add(event.effectiveDirective));
      const script = Object.assign(document.createElement('script'), { textContent: 'window.injected = true' });
      const style = Object.assign(document.createElement('style'), { textContent: 'body { color: red }' });
      document.head.append(script, style);
      document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://example.com/' }));
      fetch('https://example.com/').catch(() => undefined);
      return directives;
    });
    await expect
      .poll(() => violations.evaluate((directives) => [...directives].sort()))
      .toEqual(['connect-src', 'frame-src', 'script-src-elem', 'style-src-elem']);
    expect(await page.evaluate(() => 'injected' in window)).toBe(false);
  });

  test('calls of a page that is not the application are refused, and so are calls that are not in order', async () => {
    const { electron, page } = desktop;
    const malformed = await page.evaluate(async () => [
      await window.patchbayDesktop!.openRecent({ id: 7 } as never),
      await window.patchbayDesktop!.journalDiscard({ id: '../../etc' }),
      await window.patchbayDesktop!.save({ handle: 'x', bytes: 'text' } as never),
    ]);
    expect(malformed.map((result) => !result.ok && result.error.message)).toEqual([
      expect.stringContaining('openRecent was refused: id'),
      expect.stringContaining('journalDiscard was refused: id'),
      expect.stringContaining('save was refused: bytes'),
    ]);
    const load = (url: string) =>
      electron.evaluate(({ BrowserWindow }, url) => BrowserWindow.getAllWindows()[0]!.webContents.loadURL(url), url);
    await load('data:text/html,<title>Foreign</title>');
    await expect.poll(() => page.title()).toBe('Foreign');
    const answer = await page.evaluate(() => window.patchbayDesktop!.recentFiles());
    expect(answer).toEqual({ ok: false, error: { message: 'recentFiles was refused: the sender is not Patchbay.' } });
    await load('patchbay://app/');
    expect(await page.evaluate(() => window.platform.recentFiles())).toBeInstanceOf(Array);
  });

  test('a GPU process that dies is told, and after the third death a relaunch is offered once', async () => {
    const { electron, page } = desktop;
    const asked = await electron.evaluateHandle(({ dialog }) => {
      const messages: string[] = [];
      dialog.showMessageBox = (...words: unknown[]) => {
        messages.push((words.at(-1) as { message: string }).message);
        return Promise.resolve({ response: 1, checkboxChecked: false });
      };
      return messages;
    });
    const die = () =>
      electron.evaluate(({ app }) =>
        app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 1 }),
      );
    for (let death = 0; death < 4; death++) await die();
    await expect.poll(async () => (await heard(page)).length).toBe(4);
    expect((await heard(page))[0]!.value).toContain('The graphics process stopped (crashed)');
    expect(await asked.jsonValue()).toEqual(['The graphics process stopped 3 times within minutes.']);
  });
});

test.describe('a start of their own', () => {
  test.beforeEach(makeFolders);

  test.afterEach(async () => {
    // Whatever the test left unsaved must not keep the app open.
    await desktop.page.evaluate(() => (window.mayClose = true)).catch(() => undefined);
    await desktop.electron.close();
  });

  test('a document is opened, saved in place and found again', async () => {
    const path = join(folder, 'vit.patchbay');
    await writeFile(path, 'first', { mode: 0o640 });
    desktop = await launchDesktop(app, userData);
    const { electron, page } = desktop;

    expect(await page.evaluate(() => window.platform.recentFiles())).toEqual([]);
    await answerDialogs(electron, { open: [] });
    expect(await page.evaluate(() => window.platform.openFile())).toBeNull();
    await answerDialogs(electron, { open: [path] });
    const opened = await openText(page);
    expect(opened).toMatchObject({ name: 'vit.patchbay', text: 'first' });

    await saveText(page, opened.file, 'ignored.patchbay', 'second');
    expect(await readFile(path, 'utf8')).toBe('second');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(['user-data', 'vit.patchbay']);

    const saveAsPath = join(folder, 'copy.patchbay');
    await answerDialogs(electron, { save: saveAsPath });
    const copy = await saveText(page, null, 'Untitled.patchbay', 'third');
    expect(copy).toMatchObject({ name: 'copy.patchbay' });
    expect(await readFile(saveAsPath, 'utf8')).toBe('third');

    const recent = await page.evaluate(() => window.platform.recentFiles());
    expect(recent.map(({ name, folder }) => [name, folder])).toEqual([
      ['copy.patchbay', folder],
      ['vit.patchbay', folder],
    ]);
    await electron.close();

    desktop = await launchDesktop(app, userData);
    const reopened = await desktop.page.evaluate(async () => {
      const [, second] = await window.platform.recentFiles();
      const file = await window.platform.openRecent(second!.id);
      return new TextDecoder().decode(file!.bytes);
    });
    expect(reopened).toBe('second');
  });

  test('the window with unsaved edits closes only once the page lets it', async () => {
    desktop = await launchDesktop(app, userData);
    const { electron, page } = desktop;
    const titles = () =>
      electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((each) => each.getTitle()));
    const close = () => electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
    await page.evaluate(async () => {
      window.platform.setDocumentState({ title: '• vit – Patchbay', dirty: true });
      const id = crypto.randomUUID();
      await window.platform.journal.write({ id, name: 'vit', file: null, bytes: new Uint8Array(3) });
    });
    await expect.poll(titles).toEqual(['• vit – Patchbay']);
    await close();
    await expect.poll(() => heard(page)).toEqual([{ kind: 'close', value: null }]);
    expect(await titles()).toHaveLength(1);

    // The other answer: the app ends, and what the person decided about is not offered again.
    await page.evaluate(() => (window.mayClose = true));
    const ended = electron.waitForEvent('close');
    await close();
    await ended;
    desktop = await launchDesktop(app, userData);
    expect(await desktop.page.evaluate(() => window.platform.journal.read())).toEqual([]);
  });

  test('after a crash the journal has the unsaved edits and knows their file', async () => {
    const path = join(folder, 'vit.patchbay');
    await writeFile(path, 'saved');
    desktop = await launchDesktop(app, userData);
    await answerDialogs(desktop.electron, { open: [path] });
    await desktop.page.evaluate(async () => {
      const { file, name } = (await window.platform.openFile())!;
      const write = (id: string, text: string) =>
        window.platform.journal.write({
          id,
          name,
          file,
          bytes: new TextEncoder().encode(text),
        });
      await write('one', 'older');
      await write('one', 'unsaved');
      await window.platform.journal.append('one', new TextEncoder().encode(' edits'));
      await write('two', 'discarded');
      await window.platform.journal.discard('two');
    });
    const crashed = desktop.electron.waitForEvent('close');
    // The whole group, as when the power fails: windows have processes of their own.
    process.kill(-desktop.electron.process().pid!, 'SIGKILL');
    await crashed;

    desktop = await launchDesktop(app, userData);
    const found = await desktop.page.evaluate(async () => {
      const entries = await window.platform.journal.read();
      return entries.map(({ id, name, file, bytes }) => ({ id, name, file, text: new TextDecoder().decode(bytes) }));
    });
    expect(found).toMatchObject([
      { id: 'one', name: 'vit.patchbay', file: { name: 'vit.patchbay' }, text: 'unsaved edits' },
    ]);
    await saveText(desktop.page, found[0]!.file, '', 'recovered');
    expect(await readFile(path, 'utf8')).toBe('recovered');
  });

  test('documents on the command line, of this start and of a second one, open in the one window', async () => {
    const first = join(folder, 'first.patchbay');
    const second = join(folder, 'second.patchbay');
    await writeFile(first, '1');
    await writeFile(second, '2');
    desktop = await launchDesktop(app, userData, [first]);
    const { electron, page } = desktop;
    await expect
      .poll(() => heard(page))
      .toMatchObject([{ kind: 'file', value: { name: 'first.patchbay', text: '1' } }]);

    const other = spawn(electronExecutable(), [`--user-data-dir=${userData}`, '--no-sandbox', app, 'second.patchbay'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const status = await new Promise((ended) => other.once('exit', ended));
    expect(status).toBe(0);
    await expect
      .poll(() => heard(page))
      .toMatchObject([{}, { kind: 'file', value: { name: 'second.patchbay', text: '2' } }]);
    expect(electron.windows()).toHaveLength(1);

    await electron.evaluate(
      ({ app }, path) => app.emit('open-file', { preventDefault: () => undefined }, path),
      folder,
    );
    const message = `${folder.split('/').pop()} could not be opened: it is not a file.`;
    await expect.poll(() => heard(page)).toMatchObject([{}, {}, { kind: 'notice', value: message }]);
  });
});

type FileRef = { readonly id: string; readonly name: string } | null;

async function openText(page: Page) {
  return await page.evaluate(async () => {
    const { file, name, bytes } = (await window.platform.openFile())!;
    return { file, name, text: new TextDecoder().decode(bytes) };
  });
}

async function saveText(page: Page, file: FileRef, suggestedName: string, text: string): Promise<FileRef> {
  return await page.evaluate(
    ([file, suggestedName, text]) => {
      const bytes = new TextEncoder().encode(text);
      return window.platform.saveFile(file, suggestedName, bytes);
    },
    [file, suggestedName, text] as const,
  );
}

async function heard(page: Page) {
  return await page.evaluate(() => [...window.heard]);
}
