/** Which modules of the document are written, as what, under which names, in which order. */
import type { InstancePath, InstanceTree, LeafInstance, ModuleInstance } from '../../graph/instance.ts';
import { childPath, isIdle } from '../../graph/instance.ts';
import { applyModes } from '../../graph/modes.ts';
import { createCache } from '../../graph/cache.ts';
import { indexModule, type ModuleIndex } from '../../graph/module-index.ts';
import { isPort } from '../../graph/ports.ts';
import { isInstance, type GraphModule, type GraphNode, type InstanceNode } from '../../graph/schema.ts';
import { FUNCTION_NAMES, MODULE_SPELLINGS, type ModuleSpelling } from '../../nodes/modules/torch.ts';
import { NODES } from '../../nodes/registry.ts';
import { own } from '../../graph/records.ts';
import type { ExportSource } from '../target.ts';
import { findLiveness, type Liveness } from './liveness.ts';
import { Names, snakeCase } from './names.ts';
import { isAsShipped } from './shipped.ts';
import { spellingOf } from '../../nodes/torch.ts';
import { planFeatures, type FeaturePlan } from './training/feature-plan.ts';
import { exposeFeatures } from './training/features.ts';
import { featuresOf, findLosses, type GraphLoss } from './training/losses.ts';
import { sampledInputs } from './training/sampled.ts';

/** What a module of the document becomes. */
export type ModuleForm =
  /** The class at the top, which takes the configuration. */
  | { readonly kind: 'main'; readonly config: string }
  | { readonly kind: 'class' }
  /** A class whose layers are numbered: `self[0]`. */
  | { readonly kind: 'sequential' }
  /** Nothing to learn, nothing that differs in training: a function. */
  | { readonly kind: 'function' }
  /** A class of PyTorch's own. */
  | { readonly kind: 'library'; readonly spelling: ModuleSpelling };

export interface PlannedModule {
  readonly definition: GraphModule;
  readonly index: ModuleIndex;
  readonly form: ModuleForm;
  /** Of the class or function; for a class of PyTorch's own without use. */
  readonly name: string;
  readonly instances: readonly ModuleInstance[];
  readonly live: Liveness;
  /** Its inputs as Python names them, in order; those that no instance is given are left out. */
  readonly inputs: readonly PlannedInput[];
  /** Names of its outputs that somebody reads, in order. */
  readonly outputs: readonly string[];
  /** Its hyperparameters as Python names them. */
  readonly hyperparameters: ReadonlyMap<string, string>;
}

/** Before its arguments have names. */
type ModuleDraft = Omit<PlannedModule, 'inputs' | 'outputs' | 'hyperparameters'>;

export interface PlannedInput {
  readonly port: string;
  readonly name: string;
  /** Some instances are not given it. */
  readonly optional: boolean;
}

export interface ExportPlan {
  readonly source: ExportSource;
  readonly main: PlannedModule;
  /** By the document's name; callees before callers, those of PyTorch's own included. */
  readonly modules: ReadonlyMap<string, PlannedModule>;
  /** Names at the top level of the file, which nothing inside may hide. */
  readonly globals: readonly string[];
  readonly losses: readonly GraphLoss[];
  /** What contrastive losses compare; absent where there are none. */
  readonly features?: FeaturePlan;
}

/** Names that model.py has before any module does, and those of the scripts beside it, which import the main class. */
export const FILE_NAMES: readonly string[] = (
  'torch nn F Tensor annotations dataclass copy self config argparse tempfile Path FOLDER INPUTS load_model load_inputs ' +
  'load_tensors save_tensors is_tensor_file read_tensor read_inputs parse_binding main PICTURES TEXTS PictureOptions ' +
  'TextOptions read_pictures read_rows fill_batch stack_rows ByteTokenizer WordTokenizer FileTokenizer LOGITS IDS ' +
  'load_prompt next_tokens keep_most_likely keep_nucleus generate'
).split(' ');

/** @param helpers names of functions that nodes bring along. */
export function planExport(given: ExportSource, helpers: readonly string[]): ExportPlan {
  // Layers that are not called are made, and no `forward` calls them.
  const applied: ExportSource = { ...given, document: applyModes(given.document, NODES).document };
  const losses = findLosses(applied, sampledInputs(applied));
  const { source, features } = exposeFeatures(applied, featuresOf(losses));
  const { document, tree } = source;
  const definitions = new Map(document.modules.map((module) => [module.name, module]));
  const read = features.map(({ from }) => from);
  const liveness = findLiveness(definitions, document.main, read);
  const cache = createCache();
  const instances = Map.groupBy(
    [...tree.byPath.values()].filter((instance) => instance.kind === 'module'),
    ({ module }) => module,
  );
  const names = new Names([...FILE_NAMES, ...helpers]);
  const globals = [...FILE_NAMES, ...helpers];
  const claim = (wanted: string): string => {
    const name = names.claim(wanted);
    globals.push(name);
    return name;
  };
  const mainName = claim(document.main);
  const config = claim(`${mainName}Config`);
  const drafts = new Map<string, ModuleDraft>();

  const visit = (module: string): ModuleDraft => {
    const known = drafts.get(module);
    if (known) return known;
    const definition = definitions.get(module)!;
    const index = indexModule(definition, definitions, NODES, cache);
    const all = instances.get(module) ?? [];
    // Signatures follow from the calls; a class that nobody calls is made all the same.
    const calls = all.filter(({ path }) => !isIdle(tree.idle, path));
    const own = calls.length > 0 ? calls : all;
    const live = liveness(module);
    const isMain = module === document.main;
    const spelling = isMain ? undefined : librarySpelling(definition, own, live, definitions, source);
    const callees = spelling ? [] : definition.nodes.filter(isInstance).map((node) => visit(node.module));
    const form: ModuleForm = isMain
      ? { kind: 'main', config }
      : spelling
        ? { kind: 'library', spelling }
        : formOf(definition, callees);
    const name = isMain ? mainName : form.kind === 'library' ? module : claim(nameOf(definition, form));
    const draft = { definition, index, form, name, instances: own, live };
    drafts.set(module, draft);
    return draft;
  };
  visit(document.main);
  // Arguments hide no name of the file, which are all known only now.
  const modules = new Map(
    Array.from(drafts, ([module, draft]) => [module, { ...draft, ...signatureOf(draft, globals) }]),
  );
  const main = modules.get(document.main)!;
  return {
    source,
    main,
    modules,
    globals,
    losses,
    ...(features.length > 0 && { features: planFeatures(main, features, definitions) }),
  };
}

function nameOf({ name }: GraphModule, form: ModuleForm): string {
  return form.kind === 'function' ? (FUNCTION_NAMES.get(name) ?? snakeCase(name)) : name;
}

function signatureOf(
  { index: { inputs, outputs, module }, instances, live }: ModuleDraft,
  globals: readonly string[],
): Pick<PlannedModule, 'inputs' | 'outputs' | 'hyperparameters'> {
  const names = new Names(globals);
  const given = inputs.map(({ name: port }) => ({
    port,
    count: instances.filter((instance) => own(instance.inputs, port) !== undefined).length,
  }));
  return {
    inputs: given
      .filter(({ count }) => count > 0)
      .map(({ port, count }) => ({ port, name: names.claim(port), optional: count < instances.length })),
    hyperparameters: new Map(module.hyperparameters.map(({ name }) => [name, names.claim(name)])),
    outputs: outputs.map(({ name }) => name).filter((name) => live.outputs.has(name)),
  };
}

/** The leaves that a node of the module is, one for each of its instances. */
export function leavesOf({ instances }: PlannedModule, node: GraphNode, tree: InstanceTree): readonly LeafInstance[] {
  return instances.flatMap(({ path }) => {
    const leaf = tree.byPath.get(childPath(path, node.name));
    return leaf?.kind === 'leaf' ? [leaf] : [];
  });
}

function formOf(definition: GraphModule, callees: readonly ModuleDraft[]): ModuleForm {
  const layers = definition.nodes.filter((node) => {
    if (isPort(node)) return false;
    if (!isInstance(node)) return spellingOf(NODES.get(node.type)?.torch)?.layer !== undefined;
    return callees.some(({ definition: { name }, form }) => name === node.module && form.kind !== 'function');
  });
  if (layers.length === 0) return { kind: 'function' };
  const numbered = layers.every(
    (node, index) => node.name === String(index) && node.shares === undefined && !isBareParameter(node),
  );
  return numbered ? { kind: 'sequential' } : { kind: 'class' };
}

export function isBareParameter(node: GraphNode): boolean {
  return !isInstance(node) && node.type === 'parameter';
}

/** PyTorch's own class, where the module is as shipped, and nobody asks of it what that class does not give. */
function librarySpelling(
  definition: GraphModule,
  instances: readonly ModuleInstance[],
  live: Liveness,
  definitions: ReadonlyMap<string, GraphModule>,
  { document, inference }: ExportSource,
): ModuleSpelling | undefined {
  const spelling = MODULE_SPELLINGS.get(definition.name);
  if (!spelling || !isAsShipped(definition, definitions)) return undefined;
  // What shares weights reaches into the layers, where PyTorch's class may be wired otherwise.
  const paths = new Set(instances.map(({ path }) => path));
  if (instances.some(({ weightPath, path }) => weightPath !== path)) return undefined;
  const shared = document.modules.flatMap(({ nodes }) => nodes.flatMap(({ shares }) => shares ?? []));
  if (shared.some((share) => [...paths].some((path) => share === path || share.startsWith(`${path}.`))))
    return undefined;

  if ([...live.outputs].some((output) => !spelling.outputs.includes(output))) return undefined;
  for (const [input, rank] of Object.entries(spelling.ranks ?? {})) {
    for (const path of paths) {
      const type = inference.inputs.get(childPath(path, input));
      if (type && type.dims.length !== rank) return undefined;
    }
  }
  return spelling;
}

/** The instance that a path names inside another: `attention.q_proj` of `blocks.0`; undefined where it is not inside. */
export function within(path: InstancePath, enclosing: InstancePath): string | undefined {
  if (enclosing === '') return path;
  return path.startsWith(`${enclosing}.`) ? path.slice(enclosing.length + 1) : undefined;
}

/** The module that an instance node calls. */
export function calleeOf({ modules }: ExportPlan, node: InstanceNode): PlannedModule {
  return modules.get(node.module)!;
}
