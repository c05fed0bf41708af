/** What screen readers are told of a change, in words: an edit and its wires, problems, the open module, the selection. */
import { breadcrumbs } from '../stores/navigation.ts';
import type { InstancePath, InstanceTree } from '../../graph/instance.ts';
import { describeProblem } from '../../graph/problems.ts';
import type { Edge, GraphModule, PatchbayDocument } from '../../graph/schema.ts';
import type { DocumentState } from '../stores/document.ts';
import { sameCause, type ProblemEntry } from '../stores/problem-list.ts';

type Edited = Pick<DocumentState, 'document' | 'history' | 'generation'>;

/** What was done, undone or redone between two states of one document; null if nothing was. */
export function editWords(before: Edited, after: Edited): string | null {
  if (before.generation !== after.generation || before.history.past === after.history.past) return null;
  const [past, future] = [after.history.past, after.history.future];
  const back = future.length - before.history.future.length;
  if (back > 0) return walked('Undid', back, future.at(-1)!.title);
  // A new edit empties the future, too; what came back is the very edit that stood there.
  if (back < 0 && past[before.history.past.length] === before.history.future.at(-1)) {
    return walked('Redid', -back, past.at(-1)!.title);
  }
  const edit = past.at(-1);
  if (!edit) return null;
  const module = edit.place?.module;
  return module === undefined
    ? edit.title
    : changeWords(edit.title, moduleNamed(before.document, module), moduleNamed(after.document, module));
}

function walked(word: 'Undid' | 'Redid', steps: number, title: string): string {
  return steps === 1 ? `${word}: ${title}` : `${word} ${steps} steps, at last: ${title}`;
}

function moduleNamed(document: PatchbayDocument, name: string): GraphModule | undefined {
  return document.modules.find((module) => module.name === name);
}

/** The title of an edit, and what it does not say: which ports a wire joins, where a node came to lie. */
function changeWords(title: string, before: GraphModule | undefined, after: GraphModule | undefined): string {
  if (!before || !after) return title;
  const made = wiresBeside(after, before);
  const gone = wiresBeside(before, after);
  const [wire] = made;
  if (made.length === 1 && wire) {
    const words = wireWords(wire, 'to', after);
    return title.startsWith('Connect ') ? `Connected ${words}` : `${title}, connected ${words}`;
  }
  if (made.length === 0 && gone.length === 1 && title.startsWith('Remove ')) {
    return `Disconnected ${wireWords(gone[0]!, 'from', before)}`;
  }
  if (!title.startsWith('Move ')) return title;
  const positions = new Map(before.nodes.map(({ id, position }) => [id, position]));
  const moved = after.nodes.filter(({ id, position }) => {
    const at = positions.get(id);
    return at !== undefined && at !== position && at.join() !== position.join();
  });
  const [node] = moved;
  return moved.length === 1 && node ? `${node.name} at ${node.position.join(', ')}` : title;
}

/** Wires of one module that the other has not. */
function wiresBeside({ edges }: GraphModule, other: GraphModule): readonly Edge[] {
  if (edges === other.edges) return [];
  const keys = new Set(other.edges.map(keyOf));
  return edges.filter((edge) => !keys.has(keyOf(edge)));
}

function keyOf({ from, to }: Edge): string {
  return [...from, ...to].join('/');
}

/** `q_proj output to query_heads input`. */
function wireWords({ from, to }: Edge, between: 'to' | 'from', { nodes }: GraphModule): string {
  const name = (id: string): string => nodes.find((node) => node.id === id)?.name ?? id;
  return `${name(from[0])} ${from[1]} ${between} ${name(to[0])} ${to[1]}`;
}

/** `1 problem: attention: embed_dim 768 is not divisible by num_heads 10`; null where they are those told before. */
export function problemWords(before: readonly ProblemEntry[], after: readonly ProblemEntry[]): string | null {
  const told = new Set(before.map(({ problem }) => sameCause(problem)));
  const [first] = after;
  if (!first) return before.length > 0 ? 'No problems' : null;
  const fresh = after.find(({ problem }) => !told.has(sameCause(problem)));
  if (!fresh && after.length === before.length) return null;
  const counted = after.length === 1 ? '1 problem' : `${after.length} problems`;
  return `${counted}: ${describeProblem((fresh ?? first).problem)}`;
}

/** `VisionAttention in blocks, layer 3, attention: 14 nodes`. */
export function placeWords(tree: InstanceTree, openPath: InstancePath, document: PatchbayDocument): string {
  const crumbs = breadcrumbs(tree, openPath);
  const { module } = crumbs.at(-1)!;
  const way = crumbs.slice(1).map(({ label, stack }) => (stack ? `${label}, layer ${stack.layer}` : label));
  const nodes = moduleNamed(document, module)?.nodes.length ?? 0;
  const where = way.length > 0 ? `${module} in ${way.join(', ')}` : module;
  return `${where}: ${nodes === 1 ? '1 node' : `${nodes} nodes`}`;
}

/** Of one node the focus tells; several and none are told. */
export function selectionWords(before: number, after: number): string | null {
  if (after > 1) return `${after} nodes selected`;
  return after === 0 && before > 1 ? 'Nothing selected' : null;
}
