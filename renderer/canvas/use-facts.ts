/** What is known of a node on the canvas: instance, types and values, each as a selector that only changes with its answer. */
import { useCallback, useMemo } from 'react';
import type { Instance, InstancePath, PortPath } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { PortType } from '../../graph/signature.ts';
import { useApp, useDerived, useView } from '../app-context.ts';
import { definitionKey, type DerivedState } from '../stores/derived.ts';
import type { NodeView, Side } from './node-view.ts';
import { nodeInstance, pictureBehind, portSource, portType, shownInstance, valuePath } from './values.ts';

export interface PortId {
  readonly side: Side;
  readonly name: string;
}

/** A node, as far as it takes to find its instance. */
type NodeName = Pick<NodeView, 'id' | 'name'>;

/** Path of the instance that the node is: of a stack, without a layer. Null for ports of modules, which are none. */
export function useNodePath(node: NodeName): InstancePath | null {
  const openPath = useView((state) => state.openPath);
  return useDerived(({ tree }) => nodeInstance(tree, openPath, node)?.path ?? null);
}

/** Number of layers of a stack; null for what is none. */
export function useLayers(node: NodeName): number | null {
  const openPath = useView((state) => state.openPath);
  return useDerived(({ tree }) => {
    const instance = nodeInstance(tree, openPath, node);
    return instance?.kind === 'stack' ? instance.layers.length : null;
  });
}

/** The instance whose values the node shows; undefined for ports of modules. */
export function useShownInstance(node: NodeName): Instance | undefined {
  const openPath = useView((state) => state.openPath);
  const layerOf = useView((state) => state.layerOf);
  return useDerived(({ tree }) => shownInstance(tree, openPath, node, layerOf));
}

/** Type of a port, if it is known. */
export function usePortType(view: NodeView, port: PortId | null): PortType | undefined {
  const openPath = useView((state) => state.openPath);
  const layerOf = useView((state) => state.layerOf);
  const side = port?.side;
  const name = port?.name;
  return useDerived(
    useCallback(
      ({ tree, inference }: DerivedState) =>
        side === undefined || name === undefined
          ? undefined
          : portType(tree, inference, openPath, view, { side, name }, layerOf),
      [openPath, layerOf, view, side, name],
    ),
  );
}

/** The path under which the session knows the port's value. */
export function useValuePath(view: NodeView, port: PortId | null): PortPath | undefined {
  const openPath = useView((state) => state.openPath);
  const layerOf = useView((state) => state.layerOf);
  return useDerived(({ tree }) => (port === null ? undefined : valuePath(tree, openPath, view, port, layerOf)));
}

/** What a node's picture is made of: the document's pictures and how they are fitted. */
export interface PictureSource {
  /** Ids of pictures, separated by commas. */
  readonly images: string;
  readonly fit: string;
  readonly aspect: number;
}

/** The picture that the port's value comes from; null if it comes from none, or if `port` is null. */
export function usePictureBehind(view: NodeView, port: PortId | null): PictureSource | null {
  const openPath = useView((state) => state.openPath);
  const layerOf = useView((state) => state.layerOf);
  // As text, so that an edit elsewhere renders nothing here.
  const described = useDerived(({ tree }) => {
    const source = port === null ? undefined : portSource(tree, openPath, view, port, layerOf);
    const params = source && pictureBehind(tree, source)?.params;
    const images = params?.['images']?.value;
    if (!params || typeof images !== 'string' || images === '') return null;
    const aspect = Number(params['width']?.value) / Number(params['height']?.value);
    return JSON.stringify({ images, fit: String(params['fit']?.value), aspect } satisfies PictureSource);
  });
  return useMemo(() => (described === null ? null : (JSON.parse(described) as PictureSource)), [described]);
}

/** Problems of the node's definition, those of the instance that is shown first. */
export function useNodeProblems(nodeId: string): readonly Problem[] {
  const module = useOpenModule();
  return useDerived((state) => state.problemsOf.get(definitionKey(module, nodeId))) ?? NO_PROBLEMS;
}

const NO_PROBLEMS: readonly Problem[] = [];

/** Class name of the module on the canvas. */
export function useOpenModule(): string {
  const openPath = useView((state) => state.openPath);
  return useDerived((state) => openModule(state, openPath));
}

export function openModule({ tree }: Pick<DerivedState, 'tree'>, openPath: InstancePath): string {
  const instance = tree.byPath.get(openPath);
  return instance?.kind === 'module' ? instance.module : tree.root.module;
}

/** For handlers: the open module now. */
export function useReadOpenModule(): () => string {
  const app = useApp();
  return useCallback(() => openModule(app.derived.getState(), app.view.getState().openPath), [app]);
}
