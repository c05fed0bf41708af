/** `patchbay verify`: runs an export in its own engine and compares every value that it names with the graph's own. */
import { TARGETS } from '../../export/registry.ts';
import type { Command, Flag } from '../command.ts';
import { openDevice } from '../devices/open.ts';
import { UsageError } from '../errors.ts';
import { exportSource } from '../export-source.ts';
import { checkWritable } from '../files.ts';
import { writeAtomically } from '../write-files.ts';
import { DEVICE, GRAPH_FLAGS, INPUT, RENAME, WEIGHTS } from '../flags.ts';
import { rejectErrors } from '../graph.ts';
import { loadPlan } from '../model.ts';
import { LIMIT } from '../../export/verify/compare.ts';
import type { ExportEngine } from '../../export/verify/engine.ts';
import { firstDifference, furthest, isClose, reportText, type VerifyRound } from '../../export/verify/report.ts';
import { verifyRound } from '../../export/verify/rounds.ts';
import { ENGINES } from '../verify/registry.ts';

const AGAINST: Flag = { name: 'against', value: Object.keys(ENGINES).join('|'), help: 'the export to verify' };
const SEEDS: Flag = { name: 'seeds', value: 'N', help: 'on so many random inputs (3)' };
const REPORT: Flag = { name: 'report', value: 'FILE.json', help: 'write every value with its distance to this file' };

export const verify: Command = {
  name: 'verify',
  summary: 'Compare an export, run by its own engine, with the graph, value by value; exit 1 if they differ',
  operands: ['GRAPH'],
  flags: [AGAINST, SEEDS, REPORT, ...GRAPH_FLAGS, WEIGHTS, RENAME, INPUT, DEVICE],
  run: async (call) => {
    const engine = await engineOf(call.value(AGAINST));
    const seeds = parseSeeds(call.value(SEEDS));
    const report = call.value(REPORT);
    if (report !== undefined) await checkWritable(report);
    const open = openDevice(call.value(DEVICE));
    const model = await loadPlan(call);
    const source = exportSource(call.operands[0]!, model);
    rejectErrors((await TARGETS[engine.name]!()).problems(source));

    const device = await open();
    const exported = await engine.open(source).catch((error: unknown) => {
      device.dispose();
      throw error;
    });
    const rounds: VerifyRound[] = [];
    try {
      for (let seed = 0; seed < seeds; seed++) {
        const round = await verifyRound(source, exported, device, new Set(model.bound.keys()), seed);
        rounds.push(round);
        call.print(describe(round, engine));
      }
    } finally {
      device.dispose();
      await exported.dispose();
    }
    if (report !== undefined) {
      const facts = { against: engine.name, engine: engine.title, device: call.value(DEVICE) ?? 'gpu', rounds };
      await writeAtomically(report, [new TextEncoder().encode(reportText(call.operands[0]!, facts))]);
    }
    return firstDifference(rounds) ? 1 : 0;
  },
};

async function engineOf(name: string | undefined): Promise<ExportEngine> {
  const known = Object.keys(ENGINES).join(' and ');
  if (name === undefined) throw new UsageError(`--against is missing: there is ${known}`);
  const load = Object.hasOwn(ENGINES, name) ? ENGINES[name] : undefined;
  if (!load) throw new UsageError(`--against ${name}: there is ${known}`);
  return load();
}

const MOST_SEEDS = 10_000;

function parseSeeds(text = '3'): number {
  const seeds = Number(text);
  if (!/^\d+$/.test(text) || seeds < 1 || seeds > MOST_SEEDS)
    throw new UsageError(`--seeds ${text}: a whole number from 1 to ${MOST_SEEDS}`);
  return seeds;
}

function describe({ seed, values }: VerifyRound, { title }: ExportEngine): string {
  const first = values.find((value) => !isClose(value));
  const worst = furthest(values)!;
  const head = `seed ${seed}  ${values.length} values in ${title}`;
  if (!first) return `${head}  worst ${worst.distance.toExponential(2)} of ${LIMIT} at ${worst.name}`;
  const count = values.filter((value) => !isClose(value)).length;
  const shape = `[${first.shape.join(', ')}]`;
  return `${head}  ${count} differ; first ${first.name} ${shape} by ${first.distance.toExponential(2)}, allowed ${LIMIT}`;
}
