/** Which values a program has to give: the wires of the level that is open, and whatever else is looked at. */
import {
  portPath,
  type Inference,
  type Instance,
  type InstancePath,
  type InstanceTree,
  type PortPath,
} from '../../graph/instance.ts';
import type { NodeLibrary } from '../../graph/signature.ts';
import { nearestModule } from '../stores/navigation.ts';

export interface Look {
  /** Path of the module instance on the canvas. */
  readonly openPath: InstancePath;
  readonly layerOf: Readonly<Record<InstancePath, number>>;
  /** Ports that are watched. */
  readonly watched: Iterable<PortPath>;
}

/**
 * Port paths of all outputs of the open module's nodes (of a stack, those of the layer that is shown too), and of what
 * is watched, as far as their shapes are known. Sorted, without repetition.
 */
export function tapsOf(
  tree: InstanceTree,
  inference: Inference,
  library: NodeLibrary,
  look: Look,
): readonly PortPath[] {
  const taps = new Set<PortPath>(look.watched);
  for (const child of nearestModule(tree, look.openPath).children) {
    for (const path of pathsShown(child, look.layerOf)) {
      for (const port of outputNames(child, library)) taps.add(portPath(path, port));
    }
  }
  return [...taps].filter((port) => inference.outputs.has(port)).sort();
}

function pathsShown(instance: Instance, layerOf: Look['layerOf']): readonly InstancePath[] {
  if (instance.kind !== 'stack') return [instance.path];
  const layer = instance.layers[Math.min(layerOf[instance.path] ?? 0, instance.layers.length - 1)];
  return layer ? [instance.path, layer.path] : [instance.path];
}

function outputNames(instance: Instance, library: NodeLibrary): readonly string[] {
  if (instance.kind !== 'leaf') return Object.keys(instance.outputs);
  return library.get(instance.type)?.outputs.map(({ name }) => name) ?? [];
}
