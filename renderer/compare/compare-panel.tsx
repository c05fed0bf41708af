/** What differs from another document, or from another moment of this one: a list that leads to each node. */
import { Minus, Pencil, Plus, X } from 'lucide-react';
import { useMemo } from 'react';
import { compareDocuments, isSame, type ChangeKind, type FieldChange } from '../../graph/compare.ts';
import { useApp, useDocument, useView } from '../app-context.ts';
import { goToNode } from '../commands/navigate.ts';
import type { ComparedWith } from '../stores/view.ts';
import { ValueComparison } from './value-list.tsx';

const ICONS = { added: Plus, removed: Minus, changed: Pencil } as const satisfies Record<ChangeKind, unknown>;

export function ComparePanel() {
  const compared = useView((state) => state.compared);
  return compared && <Differences compared={compared} />;
}

function Differences({ compared }: { readonly compared: ComparedWith }) {
  const app = useApp();
  const document = useDocument((state) => state.document);
  const comparison = useMemo(() => compareDocuments(compared.document, document), [compared, document]);
  const { nodes, modules, document: values } = comparison;
  return (
    <section className="problems compare" aria-label="Comparison">
      <header>
        <h2>Compared with {compared.name}</h2>
        <span className="muted">{summary(nodes.length, modules.length, values.length)}</span>
        <button
          type="button"
          className="icon-button"
          aria-label="Close the comparison"
          onClick={() => app.view.getState().setCompared(null)}
        >
          <X size={14} aria-hidden="true" />
        </button>
      </header>
      <div className="compare-parts">
        {isSame(comparison) ? (
          <p className="empty">Nothing differs, but for where things stand.</p>
        ) : (
          <ul>
            {values.map((field) => (
              <li key={field.field} className="difference">
                <Row kind="changed" name="document" of="" fields={[field]} />
              </li>
            ))}
            {modules.map(({ kind, module, fields }) => (
              <li key={module} className="difference">
                <Row kind={kind} name={module} of="module" fields={fields} />
              </li>
            ))}
            {nodes.map(({ kind, module, nodeId, name, of, fields }) => (
              <li key={`${module}/${nodeId}`} className="difference">
                {kind === 'removed' ? (
                  <Row kind={kind} name={`${module} · ${name}`} of={of} fields={fields} />
                ) : (
                  <button type="button" onClick={() => goToNode(app, module, nodeId)}>
                    <Row kind={kind} name={`${module} · ${name}`} of={of} fields={fields} />
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
        <ValueComparison />
      </div>
    </section>
  );
}

interface RowProps {
  readonly kind: ChangeKind;
  readonly name: string;
  readonly of: string;
  readonly fields: readonly FieldChange[];
}

function Row({ kind, name, of, fields }: RowProps) {
  const Icon = ICONS[kind];
  return (
    <span className="difference-row" data-change={kind}>
      <Icon size={13} role="img" aria-label={kind} />
      <span className="mono">{name}</span>
      <span className="muted">{of}</span>
      {fields.map(({ field, before, after }) => (
        <span key={field} className="difference-field">
          {field} <s>{shown(before)}</s> <b>{shown(after)}</b>
        </span>
      ))}
    </span>
  );
}

/** A value as it is written; one that is not there is a dash. */
function shown(value: unknown): string {
  if (value === undefined) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function summary(nodes: number, modules: number, values: number): string {
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
  return [count(nodes, 'node'), count(modules, 'module'), count(values, 'value')].join(' · ');
}
