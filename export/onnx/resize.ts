/** A graph at other sizes of its data, as when another batch goes through it. */
import { analyse } from '../../graph/analyse.ts';
import { portPath, type Inference, type InstanceTree } from '../../graph/instance.ts';
import { NODES } from '../../nodes/registry.ts';
import { sizes } from '../../nodes/shapes.ts';
import { planWeights } from '../../nodes/weights.ts';
import type { ExportSource } from '../target.ts';

export type Sized = Pick<ExportSource, 'tree' | 'inference' | 'weights'>;

/** Called with a size; undefined where the graph has an error at it, or weights of other shapes. */
export type Resize = (size: number) => Sized | undefined;

/**
 * The size of the main module that every source's first dimension is, and the graph at other values of it; undefined
 * where there is none, or a bound input fixes it.
 */
export function batchOf({
  document,
  tree,
  inference,
  weights,
}: ExportSource): { name: string; resize: Resize } | undefined {
  const first = firstDimensions(tree, inference);
  const [name] = first;
  const own = name === undefined ? undefined : tree.sizes.get(name);
  if (first.size !== 1 || name === undefined || own === undefined) return undefined;
  const resize: Resize = (size) => {
    const params = Object.entries(tree.root.params).map(([key, { value }]) => [key, value] as const);
    const values = { ...Object.fromEntries(params), ...Object.fromEntries(tree.sizes), [name]: size };
    const resized = analyse(document, NODES, { values });
    if (resized.problems.some(({ severity }) => severity === 'error')) return undefined;
    const planned = planWeights(resized.tree, document.seed).recipes;
    const isSame = [...weights.recipes].every(([path, { shape }]) => planned.get(path)?.shape.join() === shape.join());
    return isSame ? { ...resized, weights } : undefined;
  };
  // A tensor that is bound may have sizes that the document does not say.
  const same = resize(own);
  return same && shapesOf(same.tree, same.inference) === shapesOf(tree, inference) ? { name, resize } : undefined;
}

function sourceTypes(tree: InstanceTree, inference: Inference) {
  return tree.construction.flatMap(({ path, type }) => {
    const definition = NODES.get(type);
    const known = definition?.source && inference.outputs.get(portPath(path, definition.outputs[0]!.name));
    return known ? [{ path, type: known }] : [];
  });
}

function firstDimensions(tree: InstanceTree, inference: Inference): ReadonlySet<string | undefined> {
  return new Set(sourceTypes(tree, inference).map(({ type }) => type.dims[0]?.name));
}

function shapesOf(tree: InstanceTree, inference: Inference): string {
  return sourceTypes(tree, inference)
    .map(({ path, type }) => `${path} ${sizes(type).join()}`)
    .join('\n');
}
