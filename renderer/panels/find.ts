/** What Ctrl+K and Ctrl+F find: commands by what they do, instances by name, path, type and shape. */
import type { Inference, Instance, InstanceTree } from '../../graph/instance.ts';
import { portPath } from '../../graph/instance.ts';
import type { GraphCost } from '../../nodes/cost.ts';
import type { NodeRegistry } from '../../nodes/registry.ts';
import type { Command } from '../commands/command.ts';
import { search, type Searchable } from '../library/search.ts';
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
}

const GROUPS: Readonly<Record<Command['group'], string>> = {
  file: 'file document',
  edit: 'edit graph',
  view: 'view show',
  go: 'go navigate',
  run: 'run compute device',
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

/**
 * Instances that match; with a query of several words, those that match each of them. A shape is found by its numbers,
 * `196 768`, a weight by its path in the `state_dict`.
 */
export function findInstances(
  tree: InstanceTree,
  inference: Inference,
  cost: GraphCost,
  registry: NodeRegistry,
  query: string,
): readonly FoundInstance[] {
  const entries = [...tree.byPath.values()]
    .filter(({ path }) => path !== '')
    .map((instance) => entryOf(instance, inference, cost, registry));
  const words = query.trim().split(/\s+/);
  const found = words.reduce<readonly FoundInstance[]>(
    (left, word) => (left.length === 0 ? left : search(left, word)),
    entries,
  );
  return found.slice(0, MOST_FOUND);
}

function entryOf(instance: Instance, inference: Inference, cost: GraphCost, registry: NodeRegistry): FoundInstance {
  const { path } = instance;
  const definition = instance.kind === 'leaf' ? registry.get(instance.type) : undefined;
  const type = instance.kind === 'leaf' ? (definition?.title ?? instance.type) : instance.module;
  const [port] =
    instance.kind === 'leaf' ? (definition?.outputs ?? []) : Object.keys(instance.outputs).map((name) => ({ name }));
  const sizes = (port && inference.outputs.get(portPath(path, port.name))?.dims.map(({ size }) => size)) ?? [];
  const parameters = cost.byPath.get(path)?.parameters ?? 0;
  const weights = definition?.weights?.(instance.params).map(({ name }) => `${path}.${name}`) ?? [];
  return {
    path,
    title: path.slice(path.lastIndexOf('.') + 1),
    type,
    keywords: [path, ...weights, sizes.join(' × '), ...sizes.map(String), ...(definition?.keywords ?? [])],
    shape: sizes.join(' × '),
    parameters: parameters === 0 ? '' : formatSi(parameters),
  };
}
