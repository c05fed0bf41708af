/** What Ctrl+K and Ctrl+F find: commands by what they do, instances by name, path, type and shape. */
import type { Inference, Instance, InstanceTree, ModuleInstance } from '../../graph/instance.ts';
import { portPath } from '../../graph/instance.ts';
import type { GraphCost } from '../../nodes/cost.ts';
import type { NodeRegistry } from '../../nodes/registry.ts';
import type { Command } from '../commands/command.ts';
import type { ModulePort } from '../commands/navigate.ts';
import { createSearch, search, type Searchable } from '../library/search.ts';
import { formatSi } from '../previews/format.ts';

/** More are not read. */
const MOST_FOUND = 60;

export interface FoundCommand extends Searchable {
  readonly command: Command;
}

export interface FoundInstance extends Searchable {
  readonly path: string;
  /** `196 × 768`, of the first output. */
  readonly shape: string;
  /** Numbers in its weights: `7.09 M`; empty where it has none. */
  readonly parameters: string;
  /** Sizes of all outputs. */
  readonly shapes: readonly (readonly number[])[];
  /** Of a node that is a port of its module, which is no instance: where it stands. */
  readonly port?: ModulePort;
}

const GROUPS: Readonly<Record<Command['group'], string>> = {
  file: 'file document',
  edit: 'edit graph',
  arrange: 'arrange edit graph',
  view: 'view show',
  compare: 'compare view difference',
  go: 'go navigate',
  run: 'run compute device',
  help: 'help learn',
};

export function findCommands(commands: readonly Command[], query: string): readonly FoundCommand[] {
  const entries = commands.map((command) => ({
    command,
    title: command.title,
    type: command.id,
    keywords: GROUPS[command.group].split(' '),
  }));
  return search(entries, query);
}

/** Finds instances of one graph: what is looked through is put together once, when it is first asked. */
export type InstanceFinder = (query: string) => readonly FoundInstance[];

/**
 * Instances that match; with a query of several words, those that match each of them. A shape is found by its numbers,
 * `196 768`, `196 × 768` or `[1, 196, 768]`, a dimension by its name, a weight by its path in the `state_dict`.
 */
export function createInstanceFinder(
  tree: InstanceTree,
  inference: Inference,
  cost: GraphCost,
  registry: NodeRegistry,
): InstanceFinder {
  const instances = [...tree.byPath.values()].filter(({ path }) => path !== '');
  const entry = (instance: Instance): FoundInstance => entryOf(instance, inference, cost, registry);
  const searching = createSearch<FoundInstance>();
  let entries: readonly FoundInstance[] | undefined;
  return (query) => {
    if (query.trim() === '') return instances.slice(0, MOST_FOUND).map(entry);
    entries ??= [...instances.map(entry), ...portsIn(tree, inference)];
    return findIn(entries, query, searching);
  };
}

function findIn(
  entries: readonly FoundInstance[],
  query: string,
  searching: ReturnType<typeof createSearch<FoundInstance>>,
): readonly FoundInstance[] {
  const shape = shapeIn(query);
  if (shape) {
    const depth = ({ path }: FoundInstance): number => path.split('.').length;
    const fitting = entries.filter(({ shapes }) => shapes.some((sizes) => hasShape(sizes, shape)));
    return fitting.sort((a, b) => depth(a) - depth(b)).slice(0, MOST_FOUND);
  }
  const words = query.trim().split(/\s+/);
  const found = words.reduce<readonly FoundInstance[]>(
    (left, word) => (left.length === 0 ? left : searching(left, word)),
    entries,
  );
  return found.slice(0, MOST_FOUND);
}

interface WantedShape {
  readonly sizes: readonly number[];
  /** Nothing stands around them. */
  readonly whole: boolean;
}

/** `[1, 196, 768]` is a whole shape, `196 × 768` or `196x768` a part of one; null for anything else. */
function shapeIn(query: string): WantedShape | null {
  const text = query.trim();
  const whole = /^\[([\d\s,]*\d[\s,]*)\]$/.exec(text)?.[1];
  if (whole !== undefined) return { sizes: numbersIn(whole), whole: true };
  return /^\d+(?:\s*[×x*]\s*\d+)+$/i.test(text) ? { sizes: numbersIn(text), whole: false } : null;
}

function numbersIn(text: string): readonly number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

function hasShape(sizes: readonly number[], wanted: WantedShape): boolean {
  if (wanted.whole && sizes.length !== wanted.sizes.length) return false;
  return sizes.some((_, start) => wanted.sizes.every((size, axis) => sizes[start + axis] === size));
}

/** Inputs and outputs of modules; the main module's inputs are instances. */
function portsIn(tree: InstanceTree, inference: Inference): FoundInstance[] {
  const modules = [...tree.byPath.values()].filter((instance) => instance.kind === 'module');
  return modules.flatMap((module) => [
    ...module.declared.map(({ name }) => portEntry(module, 'input', name, inference)),
    ...Object.keys(module.outputs).map((name) => portEntry(module, 'output', name, inference)),
  ]);
}

function portEntry(
  { path: module, inputs }: ModuleInstance,
  side: ModulePort['side'],
  name: string,
  inference: Inference,
): FoundInstance {
  const source = side === 'input' ? inputs[name] : { path: module, port: name };
  const type = source && inference.outputs.get(portPath(source.path, source.port));
  const sizes = type?.dims.map(({ size }) => size) ?? [];
  const path = portPath(module, name);
  return {
    path,
    title: name,
    type: side === 'input' ? 'Input' : 'Output',
    keywords: [path, sizes.join(' × '), ...sizes.map(String)],
    shape: sizes.join(' × '),
    parameters: '',
    shapes: type ? [sizes] : [],
    port: { module, side, name },
  };
}

function entryOf(instance: Instance, inference: Inference, cost: GraphCost, registry: NodeRegistry): FoundInstance {
  const { path } = instance;
  const definition = instance.kind === 'leaf' ? registry.get(instance.type) : undefined;
  const type = instance.kind === 'leaf' ? (definition?.title ?? instance.type) : instance.module;
  const ports =
    instance.kind === 'leaf' ? (definition?.outputs ?? []).map(({ name }) => name) : Object.keys(instance.outputs);
  const dims = ports.flatMap((port) => inference.outputs.get(portPath(path, port))?.dims ?? []);
  const shapes = ports.flatMap((port) => {
    const type = inference.outputs.get(portPath(path, port));
    return type ? [type.dims.map(({ size }) => size)] : [];
  });
  const [sizes = []] = shapes;
  const names = new Set(dims.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const parameters = cost.byPath.get(path)?.parameters ?? 0;
  const weights = definition?.weights?.(instance.params).map(({ name }) => `${path}.${name}`) ?? [];
  return {
    path,
    title: path.slice(path.lastIndexOf('.') + 1),
    type,
    keywords: [path, ...weights, sizes.join(' × '), ...sizes.map(String), ...names, ...(definition?.keywords ?? [])],
    shape: sizes.join(' × '),
    parameters: parameters === 0 ? '' : formatSi(parameters),
    shapes,
  };
}
