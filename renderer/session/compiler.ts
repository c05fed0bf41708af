/** From a document to a program for a device: instances, shapes, IR, passes, plan; and where its leaves' bytes come from. */
import { analyse } from '../../graph/analyse.ts';
import type { GraphCache } from '../../graph/cache.ts';
import type { InstanceTree, PortPath } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { Asset, PatchbayDocument } from '../../graph/schema.ts';
import { compile } from '../../gpu/compile.ts';
import type { Graph } from '../../gpu/ir/types.ts';
import { runPasses } from '../../gpu/passes/pipeline.ts';
import type { Continuation } from '../../nodes/generation/continuation.ts';
import { grow } from '../../nodes/generation/grow.ts';
import { lower, type Lowered } from '../../nodes/lower.ts';
import type { Picture } from '../../nodes/pictures.ts';
import { NODES } from '../../nodes/registry.ts';
import { fillSource, planSources, type SourceRecipe } from '../../nodes/sources.ts';
import type { Tokenizers } from '../../nodes/text/tokenizers.ts';
import { planCheckpoint } from '../../nodes/checkpoint.ts';
import { parseRenamingRule, RenamingError } from '../../nodes/renaming.ts';
import { planWeights, type WeightDrawer, type WeightPlan, type WeightRecipe } from '../../nodes/weights.ts';
import { readWeight, type OpenCheckpoint } from './checkpoints.ts';
import type { LeafName, Program } from './device.ts';
import { lastPositionOf, type GrownSource, type ProgramSummary, type Target } from './protocol.ts';

export interface Compiled {
  readonly program: Program;
  readonly summary: ProgramSummary;
  /** Those that its sources are filled with. */
  readonly pictures: readonly Asset[];
  /**
   * Draws a weight or fills a source; row-major, little-endian, in a buffer of its own.
   * @throws {PictureError} if a picture is missing or none.
   */
  leafBytes(leaf: LeafName, pictureOf: (asset: Asset) => Promise<Picture>): Promise<Uint8Array<ArrayBuffer>>;
}

export interface CompileRequest {
  readonly document: PatchbayDocument;
  /** Ports that somebody looks at; those without a value are left out. */
  readonly taps: readonly PortPath[];
  /** Ids of pictures that are not there; nodes that need one are left out, with what follows from them. */
  readonly missing: ReadonlySet<string>;
  readonly target: Target;
  /** Ids in the place of a source's own: then the last position of the first tap is all that is wanted. */
  readonly grown?: GrownSource;
}

/** What one compilation leaves to the next; only a matter of speed. */
export interface CompilerMemory {
  readonly cache: GraphCache;
  readonly drawer: WeightDrawer;
  readonly tokenizers: Tokenizers;
  /** By hash; of a document whose checkpoint is not here, nothing that has weights is computed. */
  readonly checkpoints: ReadonlyMap<string, OpenCheckpoint>;
  /** The text that is being written. */
  readonly continuation: Continuation;
}

/** @throws {LimitError} if a value does not fit the adapter. */
export function compileDocument(
  { document: written, taps, missing, target, grown: ids }: CompileRequest,
  memory: CompilerMemory,
): Compiled {
  const own = analyse(written, NODES, { cache: memory.cache });
  const grown = ids && grow(written, own.tree, ids.source, ids.rows);
  const document = grown?.document ?? written;
  const { tree, inference } = grown
    ? analyse(document, NODES, { values: grown.values, bound: new Map([[ids.source, grown.type]]) })
    : own;
  const { recipes } = weightsOf(document, tree, memory.checkpoints);
  const hashes = new Map(ids && [[ids.source, JSON.stringify(ids.rows)]]);
  const sources = planSources(tree, inference, document, hashes, memory.tokenizers);
  const available = new Map([...sources.keys].filter(([path]) => !needsAny(sources.recipes.get(path), missing)));
  const lowered = lower(tree, inference, { weights: recipes, sources: available });
  const { graph, program } = ids
    ? nextStep(lowered, taps[0]!, ids, target, memory)
    : programOf(runPasses(withTaps(lowered, taps)), target);
  return {
    program,
    summary: summaryOf(graph, taps),
    pictures: [...available.keys()].flatMap((path) => picturesOf(sources.recipes.get(path))),
    leafBytes: async ({ kind, name }, pictureOf) => {
      if (grown && name === ids.source) return bytesOf(grown.ids);
      const source = sources.recipes.get(name);
      if (kind === 'input' && source) return bytesOf(await fillSource(source, pictureOf));
      const recipe = recipes.get(name);
      if (kind === 'weight' && recipe) return bytesOf(await weightNumbers(recipe, document, memory));
      throw new Error('nothing says what its numbers are');
    },
  };
}

/** From the document's checkpoint, or else its seed. */
export function weightsOf(
  { seed, weights }: PatchbayDocument,
  tree: InstanceTree,
  checkpoints: CompilerMemory['checkpoints'],
): WeightPlan {
  const drawn = planWeights(tree, seed);
  if (!weights) return drawn;
  const checkpoint = checkpoints.get(weights.sha256);
  if (!checkpoint) return { recipes: new Map(), problems: drawn.problems };
  try {
    return planCheckpoint(drawn, tree, { ...checkpoint, rules: (weights.rename ?? []).map(parseRenamingRule) });
  } catch (error) {
    if (!(error instanceof RenamingError)) throw error;
    const place = { path: '', param: 'weights' };
    const problem: Problem = { code: 'weights.rename', severity: 'error', message: error.message, place };
    return { recipes: new Map(), problems: [...drawn.problems, problem] };
  }
}

/** The numbers of one of `weightsOf`, drawn or read at this call. */
export async function weightNumbers(
  recipe: WeightRecipe,
  { weights }: PatchbayDocument,
  { drawer, checkpoints }: Pick<CompilerMemory, 'drawer' | 'checkpoints'>,
): Promise<Float32Array> {
  if (recipe.from.kind === 'drawn') return drawer.draw(recipe);
  return readWeight(checkpoints.get(weights!.sha256)!, recipe.from.entry);
}

function needsAny(recipe: SourceRecipe | undefined, missing: ReadonlySet<string>): boolean {
  return picturesOf(recipe).some(({ id }) => missing.has(id));
}

function picturesOf(recipe: SourceRecipe | undefined): readonly Asset[] {
  return recipe?.from.kind === 'pictures' ? recipe.from.assets : [];
}

/** Taps whose value is known; the others wait for a problem that is told elsewhere. */
function withTaps({ graph, outputs }: Lowered, taps: readonly PortPath[]): Graph {
  const known = taps.flatMap((name) => {
    const value = outputs.get(name);
    return value === undefined ? [] : [{ name, value, kind: 'tap' as const }];
  });
  return { ...graph, outputs: [...graph.outputs, ...known] };
}

interface Made {
  readonly graph: Graph;
  readonly program: Program;
}

const programOf = (graph: Graph, target: Target): Made => ({ graph, program: programFor(graph, target) });

/** The last position of one value, from what the step before has left on the device, and what this one leaves to the next. */
function nextStep(
  { graph, outputs }: Lowered,
  port: PortPath,
  { source, rows, fresh }: GrownSource,
  target: Target,
  { continuation }: CompilerMemory,
): Made {
  if (fresh) continuation.forget();
  const logits = outputs.get(port);
  if (logits === undefined) return programOf(runPasses({ ...graph, outputs: [] }), target);
  const step = continuation.begin({ graph, logits, name: lastPositionOf(port), source, rows });
  const made = programOf(step.graph, target);
  const { program } = made;
  // Devices that run graphs keep no values of theirs.
  if (program.kind === 'graph') {
    continuation.forget();
    return made;
  }
  const keys = new Map(program.plan.outputs.map(({ name, key }) => [name, key]));
  continuation.ran(step, (name) => keys.get(name));
  return { ...made, program: { ...program, plan: { ...program.plan, spent: step.reads } } };
}

/** For a GPU, a plan that keeps what leaves a module, so that an edit re-runs only what follows from it. */
function programFor(graph: Graph, target: Target): Program {
  switch (target.kind) {
    case 'gpu':
      return {
        kind: 'plan',
        plan: compile(graph, { ...target, keep: 'modules' }),
      };
    case 'graph':
      return { kind: 'graph', graph };
    default:
      return target satisfies never;
  }
}

function summaryOf(graph: Graph, taps: readonly PortPath[]): ProgramSummary {
  const ports = graph.outputs.map(({ name }) => name);
  const given = new Set(ports);
  return { runnable: ports.length > 0, ports, lacking: taps.filter((tap) => !given.has(tap)) };
}

/** A copy that can be given away: what is drawn may be kept, and one buffer may hold several. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}
