/**
 * The fixes that a problem is offered with: what its rule suggests and what can be put on the wire, each tried on the
 * document first. Offered is what takes the problem away and brings no other.
 */
import { EditError } from './changes.ts';
import { apply, DiffError } from './diff.ts';
import { applyFix } from './fixes.ts';
import type { Inference, InstanceTree } from './instance.ts';
import type { Fix, Problem } from './problems.ts';
import { namedRepairs } from './repair-names.ts';
import { wireRepairs } from './repair-wires.ts';
import type { GraphModule, PatchbayDocument } from './schema.ts';
import type { NodeLibrary } from './signature.ts';

/** A document with what follows from it. */
export interface RepairContext {
  readonly document: PatchbayDocument;
  readonly tree: InstanceTree;
  readonly inference: Inference;
  readonly problems: readonly Problem[];
  readonly library: NodeLibrary;
  /** Modules that ship with the editor, by name. */
  readonly shipped: ReadonlyMap<string, GraphModule>;
  /** The problems of another document, found in the same way as these. */
  readonly check: (document: PatchbayDocument) => readonly Problem[];
}

/** More buttons than this are no help. */
export const MOST_REPAIRS = 3;

/** Fixes that were tried: with each of them applied, the problem is gone and there is none that was not there before. */
export function repairsOf(problem: Problem, context: RepairContext): readonly Fix[] {
  const found: Fix[] = [];
  const tried = new Set<string>();
  for (const fix of candidates(problem, context)) {
    const { title: _, ...deed } = fix;
    const key = JSON.stringify(deed);
    if (tried.has(key) || found.some(({ title }) => title === fix.title)) continue;
    tried.add(key);
    if (mends(fix, problem, context)) found.push(fix);
    if (found.length === MOST_REPAIRS) break;
  }
  return found;
}

/** Lazily, because each is tried with an analysis of the whole document. */
function* candidates(problem: Problem, context: RepairContext): Generator<Fix> {
  // A wire that leads nowhere had better lead somewhere than go.
  if (problem.code === 'edge.no-port') yield* namedRepairs(problem, context);
  yield* problem.fixes ?? [];
  yield* namedRepairs(problem, context);
  yield* wireRepairs(problem, context);
}

function mends(fix: Fix, problem: Problem, { document, problems, check }: RepairContext): boolean {
  const before = new Set(problems.map(identityOf));
  try {
    const after = check(apply(document, applyFix(document, fix).diff)).map(identityOf);
    return !after.includes(identityOf(problem)) && after.every((one) => before.has(one));
  } catch (error) {
    if (error instanceof EditError || error instanceof DiffError) return false;
    throw error;
  }
}

/** The same problem in another document: its numbers may differ. */
function identityOf({ code, place }: Problem): string {
  const { module, nodeId, port, param } = place;
  return JSON.stringify([code, module, nodeId, port?.side, port?.name, param]);
}
