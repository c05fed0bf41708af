/** The notice store: what the application has to tell: toasts that pass, and one dialog that waits for an answer. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly message: string;
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
  readonly buttons: readonly DialogButton[];
}

export interface NoticeState {
  readonly toasts: readonly Toast[];
  readonly dialog: Dialog | null;
  /** Says something in passing; also announced to screen readers. */
  tell(message: string, kind?: Toast['kind']): void;
  dismiss(id: number): void;
  /** Asks, and resolves to the id of the button that was pressed, or `cancel`. A dialog that is open is cancelled. */
  ask(dialog: Dialog): Promise<string>;
  answer(buttonId: string): void;
}

export type NoticeStore = StoreApi<NoticeState>;

const MOST_TOASTS = 4;

export function createNoticeStore(): NoticeStore {
  return createStore<NoticeState>()((set, get) => {
    let nextId = 1;
    let resolve: ((buttonId: string) => void) | null = null;
    const answer = (buttonId: string): void => {
      const waiting = resolve;
      resolve = null;
      set({ dialog: null });
      waiting?.(buttonId);
    };
    return {
      toasts: [],
      dialog: null,
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
    };
  });
}
