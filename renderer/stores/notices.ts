/**
 * The notice store: what the application has to tell: toasts that pass, words for screen readers alone, and one dialog
 * that waits for an answer.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly message: string;
}

/** A sentence that a screen reader says when it has time; the same sentence twice has two ids. */
export interface Spoken {
  readonly id: number;
  readonly text: string;
}

export interface DialogButton {
  readonly id: string;
  readonly label: string;
  readonly kind?: 'primary' | 'danger';
}

/** A question with its answers; Escape gives `cancel`. */
export interface Dialog {
  readonly title: string;
  readonly message: string;
  /** Technical detail below the message, in mono: the located error of a file. */
  readonly detail?: string;
  /** A line of text to be typed. */
  readonly input?: { readonly label: string; readonly initial: string };
  readonly buttons: readonly DialogButton[];
}

export interface Answer {
  /** Id of the button that was pressed, or `cancel`. */
  readonly button: string;
  /** What was typed; empty without an input. */
  readonly text: string;
}

/** Something that takes a while, and can be given up. */
export interface Work {
  readonly title: string;
  /** How much is done, from 0 to 1. */
  readonly progress: number;
  readonly cancel: () => void;
}

export interface NoticeState {
  readonly toasts: readonly Toast[];
  readonly dialog: Dialog | null;
  /** What the person waits for; null for nothing. */
  readonly work: Work | null;
  /** What was said last; null before anything was. */
  readonly spoken: Spoken | null;
  /** Says something in passing; also announced to screen readers. */
  readonly tell: (message: string, kind?: Toast['kind']) => void;
  readonly dismiss: (id: number) => void;
  /** Says to screen readers what others see: nothing of it is shown. */
  readonly say: (text: string) => void;
  /** Asks and waits for the answer. A dialog that is open is cancelled. */
  readonly ask: (dialog: Dialog) => Promise<Answer>;
  readonly answer: (button: string, text?: string) => void;
  /** Shows what goes on, how far it is, or that it is over. */
  readonly setWork: (work: Work | null) => void;
}

export type NoticeStore = StoreApi<NoticeState>;

const MOST_TOASTS = 4;

export function createNoticeStore(): NoticeStore {
  return createStore<NoticeState>()((set, get) => {
    let nextId = 1;
    let resolve: ((answer: Answer) => void) | null = null;
    const answer = (button: string, text = ''): void => {
      const waiting = resolve;
      resolve = null;
      set({ dialog: null });
      waiting?.({ button, text });
    };
    return {
      toasts: [],
      dialog: null,
      work: null,
      spoken: null,
      say: (text) => set({ spoken: { id: nextId++, text } }),
      tell: (message, kind = 'info') => {
        const others = get().toasts.filter((toast) => toast.message !== message);
        set({ toasts: [...others, { id: nextId++, kind, message }].slice(-MOST_TOASTS) });
      },
      dismiss: (id) => set({ toasts: get().toasts.filter((toast) => toast.id !== id) }),
      ask: (dialog) => {
        answer('cancel');
        return new Promise((settle) => {
          resolve = settle;
          set({ dialog });
        });
      },
      answer,
      setWork: (work) => set({ work }),
    };
  });
}
