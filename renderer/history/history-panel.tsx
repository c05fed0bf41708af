/** The steps of the document, each by its name: a list that is walked, by arrow keys or by clicks. */
import { GitCompareArrows, X } from 'lucide-react';
import { memo, useCallback, useMemo, type KeyboardEvent } from 'react';
import type { Edit } from '../../graph/edit.ts';
import { stepsOf } from '../../graph/history.ts';
import { useApp, useDocument, useView } from '../app-context.ts';
import { goToEdit } from '../commands/navigate.ts';
import { CommandButton } from '../panels/command-button.tsx';

export function HistoryPanel() {
  const open = useView((state) => state.history);
  return open && <Steps />;
}

function Steps() {
  const app = useApp();
  const history = useDocument((state) => state.history);
  const savedEntry = useDocument((state) => state.savedEntry);
  const hasSaved = useDocument((state) => state.file !== null && state.savedDocument !== null);
  const steps = useMemo(() => stepsOf(history), [history]);
  const here = history.past.length;
  const saved = hasSaved ? positionAfter(savedEntry, steps) : null;

  const walk = useCallback(
    (position: number): void => {
      const { readOnly, history } = app.document.getState();
      if (readOnly || position < 0 || position > stepsOf(history).length) return;
      const edit = app.document.getState().walk(position);
      if (edit) goToEdit(app, edit);
    },
    [app],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: here - 1,
      ArrowDown: here + 1,
      Home: 0,
      End: steps.length,
    };
    const position = moves[event.key];
    if (position === undefined) return;
    walk(position);
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section className="history" aria-label="History">
      <header>
        <h2>History</h2>
        <CommandButton id="view.compare-now">
          <GitCompareArrows size={14} aria-hidden="true" />
        </CommandButton>
        <button
          type="button"
          className="icon-button"
          aria-label="Close the history"
          onClick={() => app.view.getState().setHistory(false)}
        >
          <X size={14} aria-hidden="true" />
        </button>
      </header>
      <div
        className="history-steps"
        role="listbox"
        aria-label="Steps"
        aria-activedescendant={`history-step-${here}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {['As it was opened', ...steps.map(({ title }) => title)].map((title, position) => (
          <Step
            // Steps have no names of their own: what tells them apart is where they stand.
            // oxlint-disable-next-line react/no-array-index-key
            key={position}
            position={position}
            title={title}
            isHere={position === here}
            isUndone={position > here}
            isSaved={position === saved}
            walk={walk}
          />
        ))}
      </div>
    </section>
  );
}

interface StepProps {
  readonly position: number;
  readonly title: string;
  readonly isHere: boolean;
  readonly isUndone: boolean;
  readonly isSaved: boolean;
  readonly walk: (position: number) => void;
}

/** Of thousands, an edit renders those that it changes. */
const Step = memo(function Step({ position, title, isHere, isUndone, isSaved, walk }: StepProps) {
  return (
    // The list is the one stop of Tab, and its arrow keys walk.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      ref={isHere ? bringIntoView : undefined}
      id={`history-step-${position}`}
      role="option"
      aria-selected={isHere}
      data-undone={isUndone || undefined}
      title={title}
      onClick={() => walk(position)}
    >
      <span>{title}</span>
      {isSaved && <small>saved</small>}
    </div>
  );
});

/** How many steps lie behind after this one, or before the first; null if it is not among them any more. */
function positionAfter(entry: Edit | undefined, steps: readonly Edit[]): number | null {
  if (entry === undefined) return 0;
  const index = steps.indexOf(entry);
  return index < 0 ? null : index + 1;
}

function bringIntoView(step: HTMLElement | null): void {
  step?.scrollIntoView({ block: 'nearest' });
}
