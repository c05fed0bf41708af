/** Export: what is written, to be read before it is kept, and where the graph cannot be expressed, why. */
import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useMemo, useState } from 'react';
import { TARGETS } from '../../export/registry.ts';
import type { ExportTarget } from '../../export/target.ts';
import { describeProblem, type Problem } from '../../graph/problems.ts';
import { useApp, useDocument } from '../app-context.ts';
import { goToProblem } from '../commands/navigate.ts';
import { formatSi } from '../previews/format.ts';
import { highlighted } from './highlight.ts';
import { exportName, packedName } from './packed-name.ts';
import type { DescribedFile } from './protocol.ts';
import { useExport, type Verifying } from './use-export.ts';
import { VerifyResult } from './verify-result.tsx';
import './export.css';

const NAMES = Object.keys(TARGETS);

export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const [target, setTarget] = useState(NAMES[0]!);
  // A writing that is cancelled ends its worker; another one begins.
  const [turn, setTurn] = useState(0);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="export">
          <Dialog.Title className="visually-hidden">Export</Dialog.Title>
          <Export
            key={`${target} ${turn}`}
            target={target}
            onTarget={setTarget}
            onCancel={() => setTurn(turn + 1)}
            onClose={onClose}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ExportProps {
  readonly target: string;
  readonly onTarget: (target: string) => void;
  readonly onCancel: () => void;
  readonly onClose: () => void;
}

function Export({ target, onTarget, onCancel, onClose }: ExportProps) {
  const app = useApp();
  const name = useDocument((state) => state.name);
  const { state, writing, write, verifying, verify } = useExport(target);
  const [path, setPath] = useState<string | null>(null);
  const files = state.kind === 'described' ? state.files : [];
  const file = files.find((candidate) => candidate.path === path) ?? files[0];
  const canVerify = target === 'onnx' || (target === 'pytorch' && app.platform.pytorch !== null);
  const isBusy = writing !== null || verifying?.kind === 'verifying';
  const nothing = files.length === 0 ? 'There is nothing to save yet' : undefined;
  const noSave = writing === null ? nothing : 'It is being written';
  const save = () =>
    write(packedName(exportName(name, target), files), () => {
      app.notices.getState().tell(`${name} is exported`);
      onClose();
    });
  return (
    <>
      <div className="export-choice">
        <Targets chosen={target} onChoose={onTarget} />
        <ul className="export-files" aria-label="Files">
          {files.map((entry) => (
            <li key={entry.path}>
              <button type="button" aria-current={entry === file} onClick={() => setPath(entry.path)}>
                {entry.path}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <section
        className="export-preview"
        aria-label={file?.path ?? 'Preview'}
        aria-busy={state.kind === 'describing'}
        // What scrolls takes the focus: it is read with the arrow keys.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {state.kind === 'describing' && <p>Writing …</p>}
        {state.kind === 'refused' && <Findings kind="errors" problems={state.problems} onClose={onClose} />}
        {state.kind === 'failed' && (
          <p role="alert" className="field-problem">
            {state.message}
          </p>
        )}
        {state.kind === 'described' && state.warnings.length > 0 && (
          <Findings kind="warnings" problems={state.warnings} onClose={onClose} />
        )}
        {file && <Code file={file} />}
      </section>
      <footer className="export-foot">
        {verifying?.kind === 'verified' && !writing ? (
          <VerifyResult report={verifying.report} name={name} onClose={onClose} />
        ) : (
          <span role="status">
            {writing && (writing.path === '' ? 'Writing …' : `${writing.path}, ${formatSi(writing.bytes, 'B')}`)}
            {verifying?.kind === 'verifying' && verifyingWords(verifying)}
            {target === 'pytorch' && !canVerify && !writing && NO_PYTORCH_HERE}
          </span>
        )}
        {canVerify && (
          <button
            type="button"
            className="button quiet"
            title={isBusy ? 'It is at work: wait, or cancel' : nothing}
            disabled={isBusy || nothing !== undefined}
            onClick={verify}
          >
            Verify
          </button>
        )}
        <button
          type="button"
          className="button quiet"
          title={file?.text == null ? 'There is no text to copy' : undefined}
          disabled={file?.text == null}
          onClick={() => {
            void app.platform.copyText(file!.text!).then(() => app.notices.getState().tell(`${file!.path} is copied`));
          }}
        >
          Copy
        </button>
        <button type="button" className="button" onClick={isBusy ? onCancel : onClose}>
          {isBusy ? 'Cancel' : 'Close'}
        </button>
        <button type="button" className="button primary" title={noSave} disabled={noSave !== undefined} onClick={save}>
          {files.length > 1 ? 'Save as .zip' : 'Save'}
        </button>
      </footer>
    </>
  );
}

const NO_PYTORCH_HERE = 'A page in a browser cannot start PyTorch: patchbay verify GRAPH --against pytorch does';

function verifyingWords({ starting, done, total }: Extract<Verifying, { kind: 'verifying' }>): string {
  if (starting !== null) return `Starting ${starting} …`;
  return total === 0 ? 'Verifying …' : `Verifying, ${done} of ${total} inputs …`;
}

function Targets({ chosen, onChoose }: { readonly chosen: string; readonly onChoose: (name: string) => void }) {
  const [targets, setTargets] = useState<readonly ExportTarget[]>([]);
  useEffect(() => {
    void Promise.all(Object.values(TARGETS).map((load) => load())).then(setTargets);
  }, []);
  return (
    <fieldset className="export-targets">
      <legend className="visually-hidden">What to write</legend>
      {targets.map(({ name, title, summary }) => (
        <label key={name} data-chosen={name === chosen || undefined}>
          <input type="radio" name="target" checked={name === chosen} onChange={() => onChoose(name)} />
          <b>{title}</b>
          <small>{summary}</small>
        </label>
      ))}
    </fieldset>
  );
}

interface FindingsProps {
  readonly kind: 'errors' | 'warnings';
  readonly problems: readonly Problem[];
  readonly onClose: () => void;
}

/** What the target cannot express, before anything is written; each leads to its node. */
function Findings({ kind, problems, onClose }: FindingsProps) {
  const app = useApp();
  return (
    <div role={kind === 'errors' ? 'alert' : 'note'} className="export-findings">
      <p>
        {kind === 'errors'
          ? 'The graph cannot be written like this. Nothing is saved.'
          : 'This is left out; the rest is written.'}
      </p>
      <ul className="export-problems">
        {problems.map((problem, index) => (
          // Two problems may have the same words; the list does not change.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index}>
            <button
              type="button"
              className="button quiet"
              onClick={() => {
                onClose();
                goToProblem(app, problem);
              }}
            >
              {describeProblem(problem)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Code({ file: { path, text } }: { readonly file: DescribedFile }) {
  const html = useMemo(() => (text === null ? null : highlighted(path, text)), [path, text]);
  if (text === null) return <p>Numbers: they are made when the export is saved.</p>;
  if (html === null) return <pre>{text}</pre>;
  // highlight.js has escaped the text.
  return <pre dangerouslySetInnerHTML={{ __html: html }} />;
}
