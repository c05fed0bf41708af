/** Keeps the answers to a view's wishes: watches ports, and reads their numbers when the value is another one. */
import type { PortPath } from '../../graph/instance.ts';
import type { Preview } from '../../gpu/runtime/types.ts';
import type { SessionApi, TensorData } from '../session/session-api.ts';
import type { Answers, ViewSubject, Wish } from './view.ts';

/** A wish with the input that it is of, and where its value is found. */
export interface PortWish extends Wish {
  readonly port: string;
  readonly path: PortPath;
}

/** Wishes of a subject with the paths of its inputs. */
export function wishesOf(
  { inputs }: Pick<ViewSubject, 'inputs'>,
  wishes: Readonly<Record<string, Wish>>,
): readonly PortWish[] {
  return Object.entries(wishes).flatMap(([port, wish]) => {
    const input = inputs[port];
    return input ? [{ port, path: input.path, ...wish }] : [];
  });
}

interface Following {
  readonly wish: PortWish;
  /** Null while nobody looks. */
  stop: (() => void) | null;
  preview: Preview | null;
  /** Numbers of the value with this key. */
  read: { readonly key: string; readonly values: TensorData } | null;
  /** Key of the value whose numbers are on their way. */
  asked: string | null;
}

export class Fetcher {
  readonly #session: Pick<SessionApi, 'watch' | 'read'>;
  readonly #onAnswer: () => void;
  readonly #following = new Map<string, Following>();

  /** @param onAnswer Told whenever an answer is new. */
  constructor(session: Pick<SessionApi, 'watch' | 'read'>, onAnswer: () => void) {
    this.#session = session;
    this.#onAnswer = onAnswer;
  }

  /** Follows these wishes and forgets all others. */
  follow(wishes: readonly PortWish[]): void {
    const wanted = new Map(wishes.map((wish) => [keyOf(wish), wish]));
    for (const [key, following] of this.#following) {
      if (wanted.has(key)) continue;
      following.stop?.();
      this.#following.delete(key);
    }
    for (const [key, wish] of wanted) {
      const following = this.#following.get(key) ?? { wish, stop: null, preview: null, read: null, asked: null };
      this.#following.set(key, following);
      following.stop ??= this.#session.watch(wish.path, wish.spec, (preview) => void this.#receive(following, preview));
    }
  }

  /** Nobody looks for now; what is known stays. */
  pause(): void {
    for (const following of this.#following.values()) {
      following.stop?.();
      following.stop = null;
    }
  }

  /** The answers, by input; null while one is not there. */
  answers(wishes: readonly PortWish[]): Answers | null {
    const answers: Record<string, Answers[string]> = {};
    for (const wish of wishes) {
      const following = this.#following.get(keyOf(wish));
      if (!following?.preview || (wish.index !== null && !following.read)) return null;
      answers[wish.port] = { preview: following.preview, values: following.read?.values ?? null };
    }
    return answers;
  }

  dispose(): void {
    this.pause();
    this.#following.clear();
  }

  async #receive(following: Following, preview: Preview): Promise<void> {
    const { wish } = following;
    if (wish.index === null || following.read?.key === preview.key) {
      following.preview = preview;
      this.#tell(following);
      return;
    }
    if (following.asked === preview.key) return;
    following.asked = preview.key;
    // A value that went away meanwhile is asked for again with the next run.
    const values = await this.#session.read(wish.path, wish.index).catch(() => null);
    if (following.asked !== preview.key) return;
    following.asked = null;
    if (values === null) return;
    following.preview = preview;
    following.read = { key: preview.key, values };
    this.#tell(following);
  }

  #tell(following: Following): void {
    if (this.#following.get(keyOf(following.wish)) === following) this.#onAnswer();
  }
}

function keyOf({ port, path, spec, index }: PortWish): string {
  return JSON.stringify([port, path, spec, index]);
}
