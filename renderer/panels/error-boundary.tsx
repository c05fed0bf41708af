/** Where rendering breaks, the document does not: it can still be saved, and the window drawn again. */
import { Component, type ReactNode } from 'react';
import { AppContext } from '../app-context.ts';
import { saveAs } from '../commands/documents.ts';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error: Error | null;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  static override contextType = AppContext;
  declare context: React.ContextType<typeof AppContext>;

  override state: ErrorBoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main className="boundary">
        <h1>Something in Patchbay broke</h1>
        <div role="alert">
          <p>Your document is safe: it is still in memory, and unsaved edits are in the journal.</p>
          <pre className="dialog-detail">{error.message}</pre>
        </div>
        <div className="gallery-actions">
          <button type="button" className="button primary" onClick={() => this.setState({ error: null })}>
            Show the window again
          </button>
          <button type="button" className="button" onClick={() => this.undo()}>
            Undo the last edit
          </button>
          <button type="button" className="button" onClick={() => this.context && void saveAs(this.context)}>
            Save a copy…
          </button>
        </div>
      </main>
    );
  }

  private undo(): void {
    this.context?.document.getState().undo();
    this.setState({ error: null });
  }
}
