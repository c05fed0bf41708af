/** What of a checkpoint fits a graph, as a command tells it: numbers on stdout, what is wrong on stderr. */
import { describeNonFinite, findNonFinite } from '../export/weights/non-finite.ts';
import type { StoredTensor } from '../export/weights/weight-pieces.ts';
import { excerpt } from '../graph/error-text.ts';
import { isElementType } from '../graph/formats/raw-tensor.ts';
import type { InstanceTree } from '../graph/instance.ts';
import { describeProblem } from '../graph/problems.ts';
import { checkpointFit, fitProblems } from '../nodes/checkpoint.ts';
import { weightShapes } from '../nodes/weights.ts';
import { storedIn, type CheckpointFile } from './checkpoint.ts';
import type { Call } from './command.ts';
import { UserError } from './errors.ts';

/**
 * Tells it.
 * @returns whether every weight of the graph is there, and nothing else.
 * @throws {UserError} where a weight is of an element type that cannot be read.
 */
export async function reportFit(call: Call, tree: InstanceTree, checkpoint: CheckpointFile): Promise<boolean> {
  const fit = checkpointFit(weightShapes(tree), checkpoint);
  call.print(factLine('matched', fit.matched.length));
  call.print(factLine('missing', fit.missing.length));
  call.print(factLine('of another shape', fit.wrongShape.length));
  call.print(factLine('left over', fit.unexpected.length + fit.clashing.length));
  const misfits = fitProblems(fit, tree, checkpoint);
  for (const problem of misfits) call.warn(describeProblem(problem));
  const wild = await findNonFinite(
    fit.matched.map(({ path, entry }) => ({ name: path, ...readable(checkpoint, entry) })),
  );
  if (wild.length > 0) call.warn(describeNonFinite(checkpoint.name, wild));
  return misfits.length === 0;
}

/** Values of a report stand below each other. */
export function factLine(name: string, value: string | number): string {
  return `${name.padEnd(16)} ${value}`;
}

/** @throws {UserError} where its element type cannot be read. */
function readable(checkpoint: CheckpointFile, entry: string): StoredTensor {
  const stored = storedIn(checkpoint, entry);
  if (isElementType(stored.dtype)) return stored;
  const { file } = checkpoint.entries.get(entry)!;
  throw new UserError(`${file}: tensor "${excerpt(entry)}": element type ${excerpt(stored.dtype)} cannot be read`);
}
