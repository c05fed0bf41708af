/** What of a checkpoint fits a graph, as a command tells it: numbers on stdout, what is wrong on stderr. */
import { excerpt } from '../graph/error-text.ts';
import { firstNonFinite } from '../graph/formats/finite.ts';
import { ELEMENT_BYTES, isElementType } from '../graph/formats/raw-tensor.ts';
import type { InstanceTree } from '../graph/instance.ts';
import { describeProblem } from '../graph/problems.ts';
import { checkpointFit, fitProblems, type CheckpointFit } from '../nodes/checkpoint.ts';
import { weightShapes } from '../nodes/weights.ts';
import type { CheckpointFile } from './checkpoint.ts';
import type { Call } from './command.ts';
import { UserError } from './errors.ts';
import { withSource } from './tensor-files.ts';

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
  const wild = await nonFinite(checkpoint, fit);
  if (wild.length > 0) {
    const first = `${wild[0]!.path}, element ${wild[0]!.element}`;
    const more = wild.length > 1 ? `, and in ${wild.length - 1} more weights` : '';
    call.warn(`${checkpoint.name} has values that are no numbers (NaN or infinite): ${first}${more}`);
  }
  return misfits.length === 0;
}

/** Values of a report stand below each other. */
export function factLine(name: string, value: string | number): string {
  return `${name.padEnd(16)} ${value}`;
}

/** So much is read at once, in bytes. */
const PIECE = 1 << 24;

/** Weights that hold NaN or infinities, and where the first of those is. */
async function nonFinite(
  { entries }: CheckpointFile,
  { matched }: CheckpointFit,
): Promise<{ readonly path: string; readonly element: number }[]> {
  const found: { path: string; element: number }[] = [];
  for (const [file, weights] of Map.groupBy(matched, ({ entry }) => entries.get(entry)!.file)) {
    await withSource(file, async (source) => {
      for (const { path, entry } of weights) {
        const { dtype, begin, end } = entries.get(entry)!;
        if (!isElementType(dtype))
          throw new UserError(`${file}: tensor "${excerpt(entry)}": element type ${excerpt(dtype)} cannot be read`);
        for (let at = begin; at < end; at += PIECE) {
          const position = firstNonFinite(dtype, await source.read(at, Math.min(at + PIECE, end)));
          if (position < 0) continue;
          found.push({ path, element: (at - begin) / ELEMENT_BYTES[dtype] + position });
          break;
        }
      }
    });
  }
  return found;
}
