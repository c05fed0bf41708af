/** The application as a person sees it: what specs do and read, in the words of the interface. */
import { expect, type Locator, type Page } from '@playwright/test';

export class Editor {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the gallery, and a template from it. */
  async openTemplate(title: string): Promise<void> {
    await this.page.goto('/');
    await this.template(title).click();
    await expect(this.page.getByRole('contentinfo', { name: 'Status' })).toBeVisible();
  }

  /** Drops a document on the window, outside of the canvas, as a file manager would. */
  async dropDocument(name: string, text: string): Promise<void> {
    await this.page.evaluate(
      ({ name, text }) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], name));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      { name, text },
    );
  }

  template(title: string): Locator {
    const exact = this.page.locator('b').getByText(title, { exact: true });
    return this.page.getByRole('button', { name: title }).filter({ has: exact });
  }

  /** The card of a node, by its id: the name it was made with. */
  node(id: string): Locator {
    return this.page.locator(`article[data-node="${id}"]`);
  }

  /** The dot of a port; `input input` is the input port that is called `input`. */
  port(node: string, side: 'input' | 'output', name: string): Locator {
    const label = new RegExp(`^${side === 'input' ? 'Input' : 'Output'} ${name}[ ,]`);
    return this.node(node).getByRole('button', { name: label });
  }

  /** Mean of the node's value as its caption shows it: `μ −0.0133`. */
  mean(node: string): Locator {
    return this.node(node).locator('.caption .mean');
  }

  /** The same once it is there: previews follow a run by a moment. */
  async meanText(node: string): Promise<string> {
    await expect(this.mean(node)).toHaveText(/^μ /);
    return (await this.mean(node).textContent())!;
  }

  /** The open module's wires that do not fit. */
  get wrongWires(): Locator {
    return this.page.locator('path.wire[data-wrong]');
  }

  get run(): Locator {
    return this.page.getByRole('region', { name: 'Run' });
  }

  /** Waits until the values of what is shown are those of the last edit. */
  async settled(): Promise<void> {
    // Goes on in the frame in which it is so: assertions look every half second, and say below what it lacks.
    await this.page.waitForFunction(isSettled, undefined, { timeout: 60_000 }).catch(() => undefined);
    await expect(this.run).toHaveAttribute('data-current', 'true');
    await expect(this.run).toHaveAttribute('data-status', 'done');
    // Until previews of the run are on screen, numbers are those of before.
    await expect(this.run).toHaveAttribute('aria-busy', 'false');
  }

  /** Selects by a click on the header. */
  async select(node: string): Promise<void> {
    await this.node(node).locator('.node-header').click();
    await expect(this.node(node)).toHaveAttribute('aria-current', 'true');
  }

  /** A field of the inspector by the parameter's name. */
  field(name: string): Locator {
    return this.page.locator('.field-row', { has: this.page.getByText(name, { exact: true }) }).getByRole('textbox');
  }

  /** Runs a command by its words, as from the list of commands. */
  async command(words: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.page.getByRole('combobox', { name: 'Commands' }).fill(words);
    await this.page.keyboard.press('Enter');
    // The list fades; what it covered takes the pointer, and what opened is alone, once it is gone.
    await expect(this.page.locator('.finder')).toHaveCount(0);
  }

  /** From now on the graph runs when it is asked to. */
  async runOnDemand(): Promise<void> {
    await this.page.locator('.run-mode').click();
    await this.page.getByRole('menuitemradio', { name: /^On demand/ }).click();
    await expect(this.run).toContainText('On demand');
  }

  /** Types a value into a field of the inspector. */
  async set(name: string, value: string): Promise<void> {
    await this.field(name).fill(value);
    await this.field(name).press('Enter');
  }

  /** Drags an entry of the palette to a place on the canvas, in pixels of the window. */
  async dragFromPalette(title: string, at: { readonly x: number; readonly y: number }): Promise<void> {
    const entry = this.page.getByRole('option', { name: new RegExp(`^${title}`) }).first();
    const pane = this.page.locator('.react-flow__pane');
    const box = (await pane.boundingBox())!;
    await entry.dragTo(pane, { targetPosition: { x: at.x - box.x, y: at.y - box.y } });
  }

  /** Draws a wire with the pointer. */
  async wire(from: Locator, to: Locator): Promise<void> {
    const start = await centre(from);
    const end = await centre(to);
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
    await this.page.mouse.move(end.x, end.y, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Drops a file of this machine's onto an element, as a file manager would. */
  async dropFile(
    target: Locator,
    file: { readonly name: string; readonly type: string; readonly bytes: Buffer },
  ): Promise<void> {
    const at = await centre(target);
    await this.page.evaluate(
      ({ name, type, base64, at }) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], name, { type }));
        const element = document.elementFromPoint(at.x, at.y)!;
        const place = { bubbles: true, cancelable: true, clientX: at.x, clientY: at.y, dataTransfer };
        for (const kind of ['dragenter', 'dragover', 'drop']) element.dispatchEvent(new DragEvent(kind, place));
      },
      { name: file.name, type: file.type, base64: file.bytes.toString('base64'), at },
    );
  }
}

/** Runs in the page. */
function isSettled(): boolean {
  const pill = document.querySelector<HTMLElement>('.run-pill');
  const { current, status } = pill?.dataset ?? {};
  return current === 'true' && status === 'done' && pill!.getAttribute('aria-busy') === 'false';
}

/**
 * Opens the page as for somebody who chose this device before. Without it a software adapter makes way for the CPU, which
 * computes faster.
 */
export async function rememberDevice(page: Page, choice: 'automatic' | 'gpu' | 'cpu' | 'reference'): Promise<void> {
  await page.addInitScript((choice) => {
    localStorage.setItem('patchbay:device', JSON.stringify({ choice, verdict: null }));
  }, choice);
}

async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${String(locator)} is not on screen`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/**
 * Gives the page file pickers that a test can answer: both return the file of this name in the page's own storage
 * (OPFS), because the browser's cannot be driven headless. Everything behind the handle is the browser's own.
 */
export async function answerPickers(page: Page, name: string): Promise<void> {
  await page.addInitScript((name) => {
    const handle = async () => (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
    Object.assign(window, {
      showOpenFilePicker: async () => [await handle()],
      showSaveFilePicker: handle,
    });
  }, name);
}

/** What the file of this name holds. */
export async function readStored(page: Page, name: string): Promise<string> {
  return (await readStoredBytes(page, name)).toString();
}

/** The same of a file that is no text. One that the page writes between the two steps of a read is read anew. */
export async function readStoredBytes(page: Page, name: string): Promise<Buffer> {
  const base64 = await page.evaluate(async (name) => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(name);
    let bytes: Uint8Array | undefined;
    while (!bytes) {
      const file = await handle.getFile();
      bytes = await file.bytes().catch((error: Error) => {
        if (!['NotReadableError', 'NotFoundError'].includes(error.name)) throw error;
        return undefined;
      });
    }
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  }, name);
  return Buffer.from(base64, 'base64');
}

/** Entries of unsaved edits that are whole: a file is there before it is written, and Chromium writes to one beside it. */
export async function journalEntries(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const journal = await (await navigator.storage.getDirectory()).getDirectoryHandle('journal', { create: true });
    let count = 0;
    for await (const entry of journal.values()) {
      if (!(entry instanceof FileSystemFileHandle) || entry.name.endsWith('.crswap')) continue;
      const file = await entry.getFile().catch(() => null);
      if (file && file.size > 0) count++;
    }
    return count;
  });
}

/** Resolves once the browser has taken back the files of pages that are gone; no other may have one open. */
export async function untilFilesAreFree(page: Page): Promise<void> {
  const held = () =>
    page.evaluate(async () => {
      const { held = [] } = await navigator.locks.query();
      return held.filter(({ name }) => name?.startsWith('patchbay-file:')).length;
    });
  await expect.poll(held).toBe(0);
}

/** Puts a file where the pickers find it. */
export async function writeStored(page: Page, name: string, bytes: Buffer): Promise<void> {
  await page.evaluate(
    async ({ name, base64 }) => {
      const folder = await navigator.storage.getDirectory();
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await writable.write(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
      await writable.close();
    },
    { name, base64: bytes.toString('base64') },
  );
}
