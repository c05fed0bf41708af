/** What came of an import, in plain words: what is there, what became something else, and where its weights are. */
import { Dialog } from '@base-ui/react/dialog';
import { useId, useRef, useState, type RefObject } from 'react';
import { STANDARD_SIZE } from '../../import/onnx/sizes.ts';
import { useApp, useView } from '../app-context.ts';
import { importFiles } from '../commands/import-model.ts';
import { askHowToSave } from '../commands/weights-commands.ts';
import { useReporting } from '../panels/use-reporting.ts';
import { shownValue, type ShownReport } from './report.ts';
import { focusNow } from '../keyboard/focus-now.ts';
import './report.css';

export function ReportDialog() {
  const app = useApp();
  const report = useView((state) => state.imported);
  const show = useRef<HTMLButtonElement>(null);
  return (
    <Dialog.Root open={report !== null} onOpenChange={(open) => !open && app.view.getState().setImported(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog import-report" initialFocus={() => focusNow(show.current)}>
          {report && <Report report={report} show={show} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ReportProps {
  readonly report: ShownReport;
  readonly show: RefObject<HTMLButtonElement | null>;
}

function Report({ report, show }: ReportProps) {
  const app = useApp();
  const act = useReporting();
  const { name, facts, notes, weights, misfits, proposed, again } = report;
  return (
    <>
      <Dialog.Title className="dialog-title">{name} is imported</Dialog.Title>
      <Dialog.Description className="dialog-message">{summaryOf(report)}</Dialog.Description>
      <dl className="import-facts">
        {facts.map(([fact, value]) => (
          <div key={fact}>
            <dt>{fact}</dt>
            <dd className="mono">{shownValue(value)}</dd>
          </div>
        ))}
      </dl>
      <Lines title="Weights that do not fit" lines={misfits} kind="bad" />
      <Lines title="What is not as it was" lines={notes} kind="note" />
      {again && <Sizes again={again} />}
      <div className="dialog-buttons">
        {weights === 'kept' && (
          <button type="button" className="button quiet import-save" onClick={() => act(askHowToSave(app))}>
            Save the weights…
          </button>
        )}
        {proposed && (
          <button
            type="button"
            className="button"
            onClick={() => {
              const view = app.view.getState();
              view.setImported(null);
              view.setProposed(proposed);
            }}
          >
            Match the weights…
          </button>
        )}
        <Dialog.Close ref={show} className="button primary">
          Show the graph
        </Dialog.Close>
      </div>
    </>
  );
}

function summaryOf({ notes, weights, misfits }: ShownReport): string {
  const whole =
    notes.length === 0
      ? 'All of it became nodes that compute the same.'
      : 'It became nodes; some of it is not as it was.';
  if (misfits.length > 0)
    return `${whole} Its weights are not the graph's: the seed draws them until others are loaded.`;
  switch (weights) {
    case 'kept':
      return `${whole} Patchbay keeps its weights for this document, beside those of some imports before it: save them to a file beside the document to keep them for good, and for other programs.`;
    case 'beside':
      return `${whole} Its weights are read from where they lie.`;
    case 'none':
      return `${whole} It has no weights.`;
    default:
      return weights satisfies never;
  }
}

function Lines({ title, lines, kind }: { title: string; lines: readonly string[]; kind: 'bad' | 'note' }) {
  const id = useId();
  if (lines.length === 0) return null;
  return (
    <section aria-labelledby={id} className="import-lines" data-kind={kind}>
      <h3 id={id}>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

/** Sizes that come with the data are one of each here: with others, the file is imported again. */
function Sizes({ again }: { readonly again: NonNullable<ShownReport['again']> }) {
  const app = useApp();
  const act = useReporting();
  const id = useId();
  const [sizes, setSizes] = useState<ReadonlyMap<string, number>>(
    () => new Map(again.sizes.map((name) => [name, STANDARD_SIZE])),
  );
  const changed = [...sizes.values()].some((size) => size !== STANDARD_SIZE);
  const valid = [...sizes.values()].every((size) => Number.isInteger(size) && size >= 1);
  return (
    <form
      aria-labelledby={id}
      className="import-sizes"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && valid) act(importFiles(app, again.chosen, sizes));
      }}
    >
      <h3 id={id}>Sizes that come with the data</h3>
      <div>
        {again.sizes.map((name) => (
          <label key={name}>
            <span className="mono">{name}</span>
            <input
              type="number"
              min={1}
              className="field"
              value={Number.isNaN(sizes.get(name)) ? '' : sizes.get(name)}
              onChange={(event) => setSizes(new Map(sizes).set(name, event.target.valueAsNumber))}
            />
          </label>
        ))}
        <button type="submit" className="button" aria-disabled={!(changed && valid) || undefined}>
          Import again with these
        </button>
      </div>
    </form>
  );
}
