/** What is said in passing. Live regions: errors interrupt, the rest waits its turn. */
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useApp, useNotices } from '../app-context.ts';
import type { Toast } from '../stores/notices.ts';

const SHOWN_MILLISECONDS = 6000;

export function Toasts() {
  const toasts = useNotices((state) => state.toasts);
  return (
    <div className="toasts">
      {/* Both regions are always there: a region that comes with its text is not announced. */}
      <output>{toasts.map((toast) => toast.kind === 'info' && <ToastCard key={toast.id} toast={toast} />)}</output>
      <div role="alert" aria-live="assertive">
        {toasts.map((toast) => toast.kind === 'error' && <ToastCard key={toast.id} toast={toast} />)}
      </div>
    </div>
  );
}

function ToastCard({ toast }: { readonly toast: Toast }) {
  const { notices } = useApp();
  useEffect(() => {
    // An error stays until it is dismissed: it may have come while nobody looked.
    if (toast.kind === 'error') return undefined;
    const timer = setTimeout(() => notices.getState().dismiss(toast.id), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [toast, notices]);
  return (
    <div className={`toast ${toast.kind}`}>
      <span>{toast.message}</span>
      <button
        type="button"
        className="icon-button"
        aria-label="Dismiss"
        onClick={() => notices.getState().dismiss(toast.id)}
      >
        <X size={13} aria-hidden="true" />
      </button>
    </div>
  );
}
