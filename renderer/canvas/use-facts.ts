/**
 * What is known of a node on the canvas, in the instance that is open: each fact is one selector over the derived and
 * the view store, and renders only when its answer changes.
 */
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { childPath, isIdle, portPath, type Instance, type InstancePath, type PortPath } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { Flow, PortType } from '../../graph/signature.ts';
import { useApp, useRun } from '../app-context.ts';
import { definitionKey, type DerivedState } from '../stores/derived.ts';
import type { LookAt, ViewState } from '../stores/view.ts';
import type { NodeView, Side } from './node-view.ts';
import { flowOf, nodeInstance, pictureBehind, portSource, portType, shownInstance, valuePath } from './values.ts';

export interface PortId {
  readonly side: Side;
  readonly name: string;
}

/** A node, as far as it takes to find its instance. */
type NodeName = Pick<NodeView, 'id' | 'name'>;

/**
 * One subscription for both stores: a graph of hundreds of nodes has thousands of facts.
 * @param select Gives the same value, by identity, as long as nothing changed for the caller.
 */
export function useFact<T>(select: (derived: DerivedState, view: ViewState) => T): T {
  const { derived, view } = useApp();
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [derived.subscribe(listener), view.subscribe(listener)];
      return () => stops.forEach((stop) => stop());
    },
    [derived, view],
  );
  return useSyncExternalStore(subscribe, () => select(derived.getState(), view.getState()));
}

/** Class name of the module on the canvas. */
export function useOpenModule(): string {
  return useFact(openModule);
}

/** Class name of the module that the view has open. */
export function openModule({ tree }: Pick<DerivedState, 'tree'>, { openPath }: Pick<ViewState, 'openPath'>): string {
  const instance = tree.byPath.get(openPath);
  return instance?.kind === 'module' ? instance.module : tree.root.module;
}

/** Path of the instance that the node is: of a stack, without a layer. Null for ports of modules, which are none. */
export function useNodePath(node: NodeName): InstancePath | null {
  return useFact(({ tree }, { openPath }) => nodeInstance(tree, openPath, node)?.path ?? null);
}

/** Whether the node is not called (graph/modes.ts): it is muted, bypassed, or depends on what is muted. */
export function useIdle(node: NodeName): boolean {
  return useFact(({ tree }, { openPath }) => isIdle(tree.idle, childPath(openPath, node.name)));
}

/** Number of layers of a stack; null for what is none. */
export function useLayers(node: NodeName): number | null {
  return useFact(({ tree }, { openPath }) => {
    const instance = nodeInstance(tree, openPath, node);
    return instance?.kind === 'stack' ? instance.layers.length : null;
  });
}

/** The instance whose values the node shows; undefined for ports of modules. */
export function useShownInstance(node: NodeName): Instance | undefined {
  return useFact(({ tree }, { openPath, layerOf }) => shownInstance(tree, openPath, node, layerOf));
}

/** Type of a port, if it is known. */
export function usePortType(node: NodeView, port: PortId | null): PortType | undefined {
  return useFact(({ tree, inference }, { openPath, layerOf }) =>
    port === null ? undefined : portType(tree, inference, openPath, node, port, layerOf),
  );
}

/** Whether the value at a port is looked for and cannot be computed, for want of a picture or of weights. */
export function useLacking(node: NodeView, port: PortId | null): boolean {
  const path = useValuePath(node, port);
  return useRun(({ lacking }) => path !== undefined && lacking.has(path));
}

/** What flows at a port: changes far less often than its sizes do. */
export function usePortFlow(node: NodeView, port: PortId): Flow {
  return useFact(({ tree, inference }, { openPath, layerOf }) =>
    flowOf(node, port, portType(tree, inference, openPath, node, port, layerOf)),
  );
}

/** Whether the name of a dimension that is pointed at is among the port's: everything through which it flows is marked. */
export function useSymbolAt(node: NodeView, port: PortId): boolean {
  return useFact(({ tree, inference }, { symbol, openPath, layerOf }) => {
    if (symbol === null) return false;
    const type = portType(tree, inference, openPath, node, port, layerOf);
    return type?.dims.some(({ name }) => name === symbol) === true;
  });
}

/** The path under which the session knows the port's value. */
export function useValuePath(node: NodeView, port: PortId | null): PortPath | undefined {
  return useFact(({ tree }, { openPath, layerOf }) =>
    port === null ? undefined : valuePath(tree, openPath, node, port, layerOf),
  );
}

/** How a port's value is looked at, and the key under which the view store keeps that: the same for all layers. */
export function useLookAt(
  node: NodeName,
  port: PortId,
): { readonly key: PortPath; readonly lookAt: LookAt | undefined } {
  const key = useFact((_, { openPath }) => portPath(childPath(openPath, node.name), port.name));
  const lookAt = useFact((_, view) => view.lookAt[key]);
  return { key, lookAt };
}

/** What a node's picture is made of: the document's pictures and how they are fitted. */
export interface PictureSource {
  /** Ids of pictures, separated by commas. */
  readonly images: string;
  readonly fit: string;
  readonly aspect: number;
}

/** The picture that the port's value comes from; null if it comes from none, or if `port` is null. */
export function usePictureBehind(node: NodeView, port: PortId | null): PictureSource | null {
  // As text, so that an edit elsewhere renders nothing here.
  const described = useFact(({ tree }, { openPath, layerOf }) => {
    const source = port === null ? undefined : portSource(tree, openPath, node, port, layerOf);
    const params = source && pictureBehind(tree, source)?.params;
    const images = params?.['images']?.value;
    if (!params || typeof images !== 'string' || images === '') return null;
    const aspect = Number(params['width']?.value) / Number(params['height']?.value);
    return JSON.stringify({ images, fit: String(params['fit']?.value), aspect } satisfies PictureSource);
  });
  return useMemo(() => (described === null ? null : (JSON.parse(described) as PictureSource)), [described]);
}

/** Problems of the node's definition. */
export function useNodeProblems(nodeId: string): readonly Problem[] {
  return useFact((derived, view) => derived.problemsOf.get(definitionKey(openModule(derived, view), nodeId))) ?? NONE;
}

const NONE: readonly Problem[] = [];
