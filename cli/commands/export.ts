/** `patchbay export`: writes a graph as code or a model that other engines run. */
import { TARGETS } from '../../export/registry.ts';
import type { ExportTarget } from '../../export/target.ts';
import { describeProblem } from '../../graph/problems.ts';
import type { Command, Flag } from '../command.ts';
import { UsageError } from '../errors.ts';
import { checkExportFolder, writeExportFolder } from '../export-folder.ts';
import { exportSource } from '../export-source.ts';
import { GRAPH_FLAGS, INPUT, RENAME, WEIGHTS } from '../flags.ts';
import { rejectErrors } from '../graph.ts';
import { loadPlan } from '../model.ts';

const TO: Flag = { name: 'to', value: Object.keys(TARGETS).join('|'), help: 'what to write' };
const OUT: Flag = { name: 'out', value: 'DIR', help: 'write the files into this folder, which need not be there' };
const FORCE: Flag = { name: 'force', help: 'replace files of the same names' };

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write a graph as code or as a model that other engines run; prints the files',
  operands: ['GRAPH'],
  flags: [TO, OUT, FORCE, ...GRAPH_FLAGS, WEIGHTS, RENAME, INPUT],
  run: async (call) => {
    const target = await targetOf(call.value(TO));
    const out = call.value(OUT);
    if (out === undefined) throw new UsageError('--out is missing');
    // What cannot be put there is said before anything is read.
    await checkExportFolder(out, [], false);
    const source = exportSource(call.operands[0]!, await loadPlan(call));
    const problems = target.problems(source);
    rejectErrors(problems);
    for (const problem of problems) call.warn(describeProblem(problem));
    const files = await target.files(source);
    await writeExportFolder(out, files, call.has(FORCE));
    for (const { path } of files) call.print(path);
    return 0;
  },
};

async function targetOf(name: string | undefined): Promise<ExportTarget> {
  const known = Object.keys(TARGETS).join(' and ');
  if (name === undefined) throw new UsageError(`--to is missing: there are ${known}`);
  const load = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  if (!load) throw new UsageError(`--to ${name}: there are ${known}`);
  return load();
}
