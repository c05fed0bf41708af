/** What verifying an export showed: the first value that differs, with the way to its node; and the report, to be saved. */
import { LIMIT, type Comparison } from '../../export/verify/compare.ts';
import { useApp } from '../app-context.ts';
import { goToInstance } from '../commands/navigate.ts';
import type { VerifyReport } from './protocol.ts';

interface VerifyResultProps {
  readonly report: VerifyReport;
  /** What the graph is called. */
  readonly name: string;
  readonly onClose: () => void;
}

export function VerifyResult({ report, name, onClose }: VerifyResultProps) {
  const app = useApp();
  const values = report.rounds.flatMap((round) => round.values);
  const worst = values.reduce<Comparison | undefined>(
    (most, value) => (most && most.distance >= value.distance ? most : value),
    undefined,
  );
  const first = values.find(({ distance }) => !(distance <= LIMIT));
  const save = () => app.platform.exportFile(`${name}-onnx-verified.json`, reportBytes(report));
  return (
    <span role="status" className="export-verified" data-bad={first ? true : undefined}>
      {first
        ? `${first.name} differs first, by ${first.distance.toExponential(1)}; ${LIMIT} is allowed`
        : `${values.length} values agree on ${report.rounds.length} inputs, at most ${worst?.distance.toExponential(1)} apart: ${report.engine} and ${report.device}`}
      {first && (
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            onClose();
            goToInstance(app, pathOf(app.derived.getState().tree.byPath, first.name));
          }}
        >
          Show the node
        </button>
      )}
      <button type="button" className="button quiet" onClick={save}>
        Save report
      </button>
    </span>
  );
}

/** The instance whose port it is; an output of the model is a node of its own. */
function pathOf(byPath: { has(path: string): boolean }, name: string): string {
  return byPath.has(name) ? name : name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function reportBytes({ engine, device, rounds }: VerifyReport): Uint8Array<ArrayBuffer> {
  const told = rounds.map(({ seed, values }) => ({
    seed,
    // JSON has no infinity.
    values: values.map((value) => ({ ...value, distance: Number.isFinite(value.distance) ? value.distance : null })),
  }));
  return new TextEncoder().encode(`${JSON.stringify({ engine, device, limit: LIMIT, rounds: told }, null, 2)}\n`);
}
