/** Which window has which file open: opened again, it is shown there, and nobody edits it in two places unasked. */
import { realpath } from 'node:fs/promises';
import type { OpenFiles } from './open-files.ts';

export interface Claim<W> {
  readonly window: W;
  /** The window's id of the file. */
  readonly handle: string;
}

/** `W` stands for a window, by its identity. */
export class FileClaims<W extends object> {
  readonly #others: Pick<OpenFiles, 'enter' | 'leave'>;
  /** By real path. */
  readonly #claims = new Map<string, Claim<W>>();
  /** One change at a time: a claim must not overtake the release before it. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param others Tells of other processes, and tells them. */
  constructor(others: Pick<OpenFiles, 'enter' | 'leave'>) {
    this.#others = others;
  }

  /** @returns the claim of another window; or else the file is this one's, and another program may have it open too. */
  claim(window: W, handle: string, path: string): Promise<Claim<W> | 'own' | 'other-program'> {
    return this.#inTurn(async () => {
      const key = await realOf(path);
      const claim = this.#claims.get(key);
      if (claim && claim.window !== window) return claim;
      this.#claims.set(key, { window, handle });
      return (await this.#others.enter(key)) ? 'other-program' : 'own';
    });
  }

  /** Who has the file open; null for nobody. */
  holderOf(path: string): Promise<Claim<W> | null> {
    return this.#inTurn(async () => this.#claims.get(await realOf(path)) ?? null);
  }

  /** The window has closed the file. What is not its own stays as it is. */
  release(window: W, path: string): Promise<void> {
    return this.#inTurn(async () => this.#drop(window, await realOf(path)));
  }

  /** The window, or its page, is gone. */
  releaseAll(window: W): Promise<void> {
    return this.#inTurn(async () => {
      for (const key of this.#claims.keys()) await this.#drop(window, key);
    });
  }

  async #drop(window: W, key: string): Promise<void> {
    if (this.#claims.get(key)?.window !== window) return;
    this.#claims.delete(key);
    await this.#others.leave(key);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return await done;
  }
}

/** Links to a file are the same file; one that is gone is known by its name. */
async function realOf(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}
