/** What verifying an export showed: the first value that differs, with the way to its node; and the report, to be saved. */
import { LIMIT } from '../../export/verify/compare.ts';
import {
  firstDifference,
  furthest,
  instanceOfValue,
  reportText,
  type VerifyReport,
} from '../../export/verify/report.ts';
import { useApp } from '../app-context.ts';
import { goToInstance } from '../commands/navigate.ts';
import { offBy } from './differing.ts';

interface VerifyResultProps {
  readonly report: VerifyReport;
  /** What the graph is called. */
  readonly name: string;
  readonly onClose: () => void;
}

export function VerifyResult({ report, name, onClose }: VerifyResultProps) {
  const app = useApp();
  const values = report.rounds.flatMap((round) => round.values);
  const first = firstDifference(report.rounds);
  const save = () => {
    const text = reportText(name, report);
    app.platform.exportFile(`${name}-${report.against}-verified.json`, new TextEncoder().encode(text));
  };
  const words = first
    ? `${first.name} differs first, ${offBy(first.distance)}; ${LIMIT} is allowed`
    : `${values.length} values agree on ${report.rounds.length} inputs, at most ${furthest(values)?.distance.toExponential(1)} apart: ${report.engine} and ${report.device}`;
  return (
    <>
      <span role="status" className="export-verified" data-bad={first ? true : undefined} title={words}>
        {words}
      </span>
      {first && (
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            onClose();
            goToInstance(app, instanceOfValue(app.derived.getState().tree, first.name));
          }}
        >
          Show the node
        </button>
      )}
      <button type="button" className="button quiet" onClick={save}>
        Save report
      </button>
    </>
  );
}
