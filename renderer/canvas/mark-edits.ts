/** Edits of notes, frames and reroute points by their React Flow ids: what dragging, deleting and copying make of them. */
import {
  moveDecorations,
  moveReroutes,
  removeDecorations,
  removeReroutes,
  type DecorationRef,
  type Edit,
  type RerouteRef,
} from '../../graph/edits.ts';
import type { Edge, PatchbayDocument } from '../../graph/schema.ts';
import { wireKey } from './canvas-store.ts';
import type { Point } from './geometry.ts';
import { decorationKey, markOf, rerouteCentre, rerouteKey } from './marks.ts';

type MakeEdit = (document: PatchbayDocument, module: string) => Edit;

/** Marks by kind, as the edits of the document take them; reroute points of wires that are gone are left out. */
export interface MarkRefs {
  readonly decorations: readonly DecorationRef[];
  readonly reroutes: readonly RerouteRef[];
}

export function markRefs(keys: Iterable<string>, edges: readonly Edge[]): MarkRefs {
  const marks = [...keys].flatMap((key) => markOf(key) ?? []);
  return {
    decorations: marks.flatMap((mark) => (mark.kind === 'reroute' ? [] : [mark])),
    reroutes: marks.flatMap((mark) => {
      const edge = mark.kind === 'reroute' && edges.find((one) => wireKey(one) === mark.wire);
      return edge && edge.reroutes?.[mark.index] ? [{ wire: edge, index: mark.index }] : [];
    }),
  };
}

/** Edits that move marks to positions of their corners, which stand by React Flow id. */
export function moveMarks(positions: ReadonlyMap<string, Point>, edges: readonly Edge[]): readonly MakeEdit[] {
  const { decorations, reroutes } = markRefs(positions.keys(), edges);
  const whole = ({ x, y }: Point): readonly [number, number] => [Math.round(x), Math.round(y)];
  const corners = decorations.map((ref) => whole(positions.get(decorationKey(ref))!));
  const centres = reroutes.map(({ wire, index }) => whole(rerouteCentre(positions.get(rerouteKey(wire, index))!)));
  return [
    ...(decorations.length > 0
      ? [(document: PatchbayDocument, name: string) => moveDecorations(document, name, decorations, corners)]
      : []),
    ...(reroutes.length > 0
      ? [(document: PatchbayDocument, name: string) => moveReroutes(document, name, reroutes, centres)]
      : []),
  ];
}

/** Edits that remove marks; wires stay when their points go. */
export function removeMarks({ decorations, reroutes }: MarkRefs): readonly MakeEdit[] {
  return [
    ...(decorations.length > 0
      ? [(document: PatchbayDocument, name: string) => removeDecorations(document, name, decorations)]
      : []),
    ...(reroutes.length > 0
      ? [(document: PatchbayDocument, name: string) => removeReroutes(document, name, reroutes)]
      : []),
  ];
}
