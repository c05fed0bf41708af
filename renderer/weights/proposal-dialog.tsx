/** What of a checkpoint is the graph's, before anything is changed; rules for its names change the report as they are typed. */
import { Dialog } from '@base-ui/react/dialog';
import { useDeferredValue, useEffect, useId, useMemo, useState } from 'react';
import type { NonFinite } from '../../export/weights/non-finite.ts';
import { useApp, useDerived, useView } from '../app-context.ts';
import { nameWeights } from '../commands/weights-commands.ts';
import { fitWith, groupsOf, isWhole, readRules, suggestRule, type FitGroup, type ProposedWeights } from './proposal.ts';
import { messageOf } from '../session/message-of.ts';
import './proposal.css';

export function ProposalDialog() {
  const app = useApp();
  const proposed = useView((state) => state.proposed);
  const close = () => app.view.getState().setProposed(null);
  return (
    <Dialog.Root open={proposed !== null} onOpenChange={(open) => !open && close()} disablePointerDismissal>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog weights-proposal">
          {proposed && <Proposal key={proposed.reference.sha256} proposed={proposed} onClose={close} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Proposal({ proposed, onClose }: { readonly proposed: ProposedWeights; readonly onClose: () => void }) {
  const app = useApp();
  const tree = useDerived((state) => state.tree);
  const [text, setText] = useState(proposed.rename.join('\n'));
  // Of 100,000 names the report takes longer than a key.
  const settled = useDeferredValue(text);
  const { fit, rules, suggestion } = useMemo(() => {
    const rules = readRules(settled);
    const suggestion = suggestRule(tree, proposed, rules.rules);
    return { rules, fit: fitWith(tree, proposed, rules.rules), suggestion };
  }, [settled, tree, proposed]);
  const scan = useScan(proposed);
  const groups = groupsOf(fit, proposed, scan.kind === 'scanned' ? scan.nonFinite : []);
  const total = fit.matched.length + fit.missing.length + fit.wrongShape.length;
  const whole = isWhole(fit);
  const held = text !== settled || rules.fault !== null;
  const load = () => {
    if (held) return;
    nameWeights(app, { ...proposed.reference, rename: [...rules.texts] });
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        load();
      }}
    >
      <Dialog.Title className="dialog-title">Weights of {proposed.checkpoint.name}</Dialog.Title>
      <Dialog.Description className="dialog-message">
        {whole
          ? `All ${total} weights of the graph are in it, and nothing else. Nothing is changed until you load them.`
          : 'Not all of them are the graph’s as they are called. Nothing is changed until you load them.'}
      </Dialog.Description>
      <div role="status" aria-label="What fits">
        <dl className="weights-counts">
          <Count title="matched" count={fit.matched.length} of={total} kind={whole ? 'good' : ''} />
          {groups.map(({ title, count }) => (
            <Count key={title} title={title} count={count} kind="bad" />
          ))}
        </dl>
      </div>
      {scan.kind !== 'scanned' && (
        <p className="muted weights-scan">
          {scan.kind === 'failed'
            ? `Whether all of its values are numbers is not known: ${scan.message}`
            : `Looking whether all of its values are numbers … ${Math.floor(scan.progress * 100)} %`}
        </p>
      )}
      <Rules text={text} fault={rules.fault} suggestion={suggestion} onChange={setText} />
      <div className="weights-groups">
        {groups.map((group) => (
          <Group key={group.title} group={group} />
        ))}
      </div>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="submit"
          className={whole ? 'button primary' : 'button'}
          aria-disabled={held || undefined}
          title={
            rules.fault === null
              ? whole
                ? undefined
                : 'The graph does not run until all of them fit'
              : 'A rule cannot be understood'
          }
        >
          {whole ? 'Load the weights' : 'Load them, with what is amiss'}
        </button>
      </div>
    </form>
  );
}

type Scan =
  | { readonly kind: 'scanning'; readonly progress: number }
  | { readonly kind: 'scanned'; readonly nonFinite: readonly NonFinite[] }
  | { readonly kind: 'failed'; readonly message: string };

/** Looks through the checkpoint as long as the dialog is open. */
function useScan({ checkpoint }: ProposedWeights): Scan {
  const app = useApp();
  const [scan, setScan] = useState<Scan>({ kind: 'scanning', progress: 0 });
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const show = (next: Scan) => signal.aborted || setScan(next);
    app.scan(checkpoint, { signal, onProgress: (progress) => show({ kind: 'scanning', progress }) }).then(
      (nonFinite) => show({ kind: 'scanned', nonFinite }),
      (error: unknown) => show({ kind: 'failed', message: messageOf(error) }),
    );
    return () => controller.abort();
  }, [app, checkpoint]);
  return scan;
}

interface CountProps {
  readonly title: string;
  readonly count: number;
  readonly of?: number;
  readonly kind: 'good' | 'bad' | '';
}

function Count({ title, count, of, kind }: CountProps) {
  return (
    <div data-kind={kind}>
      <dt>{title}</dt>
      <dd className="mono">
        {count.toLocaleString()}
        {of !== undefined && <span> of {of.toLocaleString()}</span>}
      </dd>
    </div>
  );
}

interface RulesProps {
  readonly text: string;
  readonly fault: string | null;
  readonly suggestion: string | null;
  readonly onChange: (text: string) => void;
}

function Rules({ text, fault, suggestion, onChange }: RulesProps) {
  const id = useId();
  return (
    <div className="weights-rules">
      <label htmlFor={id}>Rules for its names, one a line</label>
      <textarea
        id={id}
        className="field mono"
        rows={3}
        spellCheck={false}
        placeholder="encoder.layer.*.**=blocks.*.**"
        aria-describedby={`${id} help`}
        aria-invalid={fault !== null}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id} help`} className={fault === null ? 'muted' : 'field-problem'}>
        {fault ??
          '* stands for what lies between two dots, ** for anything; with nothing after the = a name is left out.'}
      </p>
      {suggestion !== null && (
        <button
          type="button"
          className="button"
          onClick={() => onChange(text.trim() === '' ? suggestion : `${text.trimEnd()}\n${suggestion}`)}
        >
          Add <code className="mono">{suggestion}</code>
        </button>
      )}
    </div>
  );
}

function Group({ group }: { readonly group: FitGroup }) {
  const { title, count, help, lines } = group;
  return (
    <details>
      <summary>
        {count.toLocaleString()} {title}: <span className="muted">{help}</span>
      </summary>
      <ul className="mono">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {count > lines.length && <li className="muted">and {(count - lines.length).toLocaleString()} more</li>}
      </ul>
    </details>
  );
}
