/** What is wrong with a node, hanging below it and moving nothing: what came, what was wanted, and the fix as a button. */
import type { Problem } from '../../graph/problems.ts';
import { useRepairs } from '../panels/use-repairs.ts';
import { useCard } from './card-context.ts';
import { useCanvas } from './canvas-context.ts';
import { ShapeChip } from './shape-chip.tsx';

export function ProblemOverlay({ problems }: { readonly problems: readonly Problem[] }) {
  const { actions } = useCanvas();
  const { tabIndex } = useCard();
  const [problem, ...others] = problems;
  const fixes = useRepairs(problem);
  if (!problem) return null;
  return (
    <div className="problem-overlay nodrag nopan" role="note">
      <p>{sentence(problem.got ? clause(problem.message) : problem.message)}</p>
      {problem.got && (
        <dl>
          <dt>got</dt>
          <dd>
            <ShapeChip dims={problem.got} />
          </dd>
          {problem.wanted !== undefined && (
            <>
              <dt>wanted</dt>
              <dd>
                <span className="shape">{problem.wanted}</span>
              </dd>
            </>
          )}
        </dl>
      )}
      {fixes.map((fix) => (
        <button type="button" key={fix.title} className="fix" tabIndex={tabIndex} onClick={() => actions.fix(fix)}>
          {fix.title} <span aria-hidden="true">↵</span>
        </button>
      ))}
      {others.length > 0 && (
        <p className="muted">and {others.length === 1 ? 'one more problem' : `${others.length} more problems`}</p>
      )}
    </div>
  );
}

/** What failed, without the two shapes, which stand below it with their names: the last part of the message. */
function clause(message: string): string {
  return message.slice(message.lastIndexOf(': ') + 1).trim();
}

/** Problems are written to follow a place (`q_proj: …`); alone they begin with a capital and end with a full stop. */
function sentence(message: string): string {
  const ended = /[.?]$/.test(message) ? message : `${message}.`;
  // A name in front keeps its spelling.
  return /^[a-z]+[ ,]/.test(ended) ? ended[0]!.toUpperCase() + ended.slice(1) : ended;
}
