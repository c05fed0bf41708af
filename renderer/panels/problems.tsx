/** The list of problems: causes, each with its place and its fix; what merely waits for one is folded under it. */
import { CircleAlert, TriangleAlert, X } from 'lucide-react';
import { useMemo } from 'react';
import { applyFix } from '../../graph/edits.ts';
import { describeProblem, type Fix } from '../../graph/problems.ts';
import { useApp, useDerived, useView } from '../app-context.ts';
import { attemptEdit } from '../commands/attempt-edit.ts';
import { goToInstance, goToProblem } from '../commands/navigate.ts';
import { problemList, type ProblemEntry } from '../stores/problem-list.ts';
import { ResizeHandle } from './resize-handle.tsx';
import { useRepairs } from './use-repairs.ts';

export function Problems() {
  const { view } = useApp();
  const { open, size } = useView((state) => state.panels.problems);
  return open ? (
    <section className="problems" aria-label="Problems" style={{ height: size }}>
      <ResizeHandle
        label="Height of problems"
        orientation="horizontal"
        direction={-1}
        size={size}
        minimum={80}
        maximum={600}
        onResize={(size) => view.getState().setPanel('problems', { size })}
      />
      <header>
        <h2>Problems</h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Close problems"
          onClick={() => view.getState().setPanel('problems', { open: false })}
        >
          <X size={14} aria-hidden="true" />
        </button>
      </header>
      <ProblemEntries />
    </section>
  ) : null;
}

function ProblemEntries() {
  const problems = useDerived((state) => state.problems);
  const inference = useDerived((state) => state.inference);
  const entries = useMemo(() => problemList({ problems, inference }), [problems, inference]);
  if (entries.length === 0) return <p className="empty">No problems: every shape is known.</p>;
  return (
    <ul>
      {entries.map((entry) => (
        <ProblemItem key={describeProblem(entry.problem)} entry={entry} />
      ))}
    </ul>
  );
}

function ProblemItem({ entry }: { readonly entry: ProblemEntry }) {
  const app = useApp();
  const { problem, instances, blocked } = entry;
  const fixes = useRepairs(problem);
  const Icon = problem.severity === 'error' ? CircleAlert : TriangleAlert;
  const apply = (fix: Fix) => attemptEdit(app, (document) => applyFix(document, fix));
  return (
    <li className="problem" data-severity={problem.severity}>
      <button type="button" className="problem-jump" onClick={() => goToProblem(app, problem)}>
        <Icon size={14} role="img" aria-label={problem.severity} />
        <span>
          <span className="problem-place mono">{placeText(entry)}</span> {problem.message}
          {instances > 1 && <span className="muted"> (in {instances} instances)</span>}
        </span>
      </button>
      {fixes.length > 0 && (
        <div className="problem-fixes">
          {fixes.map((fix) => (
            <button key={fix.title} type="button" onClick={() => apply(fix)}>
              {fix.title}
            </button>
          ))}
        </div>
      )}
      {blocked.length > 0 && (
        <details className="problem-blocked">
          <summary>
            {blocked.length} {blocked.length === 1 ? 'node waits' : 'nodes wait'} for this
          </summary>
          <ul>
            {blocked.map((path) => (
              <li key={path}>
                <button type="button" className="mono" onClick={() => goToInstance(app, path)}>
                  {path}
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

/** `blocks.0.attention · input query`. */
function placeText({ problem }: ProblemEntry): string {
  const { path, module, nodeId, port, param } = problem.place;
  const node = path || (module && nodeId ? `${module}/${nodeId}` : (module ?? ''));
  return [node, port && `${port.side} ${port.name}`, param].filter(Boolean).join(' · ');
}
