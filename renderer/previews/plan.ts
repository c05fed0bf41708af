/** How a value is looked at: which slice to ask for, how to draw it, and which element lies under the pointer. */
import type { PreviewSpec } from '../../gpu/runtime/types.ts';
import type { Dimension } from '../../graph/problems.ts';
import type { PortType } from '../../graph/signature.ts';
import type { PreviewKind } from '../../nodes/definition.ts';
import type { LookAt } from '../stores/view.ts';
import { patchGrid } from './paint.ts';

/** Thumbnails are at most this wide; a card is some 190 units, so that each code is about three pixels. */
const THUMBNAIL_SIDE = 64;

export type Scene =
  /** The value as a picture. */
  | { readonly kind: 'image' }
  /** One number per patch, over the picture. `values`: the mean over the last axis, or single elements. */
  | { readonly kind: 'patches'; readonly rows: number; readonly columns: number; readonly values: 'mean' | 'elements' }
  /** How much one patch looks at each other, over the picture; `leading` positions before the patches are not shown. */
  | {
      readonly kind: 'attention';
      readonly side: number;
      readonly leading: number;
      readonly head: number;
      readonly heads: number;
      readonly patch: number;
    }
  /** `heads`: of attention, which of them is shown. */
  | {
      readonly kind: 'heatmap';
      readonly rows: number;
      readonly columns: number;
      readonly heads?: { readonly chosen: number; readonly count: number };
    }
  | { readonly kind: 'histogram' }
  | { readonly kind: 'number' };

export interface PreviewPlan {
  readonly spec: PreviewSpec;
  readonly scene: Scene;
}

/** The plan for a value of this type, shown in the record's way where its shape allows that, else as a heat map. */
export function planPreview(kind: PreviewKind, type: PortType, lookAt: LookAt | undefined): PreviewPlan {
  const { dims } = type;
  const sizes = dims.map(({ size }) => size);
  const rank = sizes.length;
  const index = (count: number): number[] =>
    sizes.slice(0, Math.max(0, count)).map((size, axis) => clamp(lookAt?.index?.[axis] ?? 0, size));
  const spec = (view: PreviewSpec['view'], leading: number[]): PreviewSpec => ({
    index: leading,
    maxSide: THUMBNAIL_SIDE,
    view,
  });

  if (rank === 0) return { spec: spec('matrix', []), scene: { kind: 'number' } };
  if (kind === 'statistics') return { spec: spec('matrix', index(rank - 2)), scene: { kind: 'histogram' } };
  // What flows is known of this value; the record's kind is only what such a node gives by default.
  if (type.flow === 'attention' && rank >= 2) {
    const attention = isOfPatches(dims.at(-1)!) ? planAttention(sizes, lookAt) : null;
    if (attention) return { spec: spec('grid', attention.index), scene: attention.scene };
    const heads = rank >= 3 ? sizes[rank - 3]! : 1;
    const chosen = clamp(lookAt?.head ?? 0, heads);
    const leading = rank >= 3 ? [...index(rank - 3), chosen] : [];
    const matrix = { rows: sizes[rank - 2]!, columns: sizes[rank - 1]! };
    return { spec: spec('matrix', leading), scene: { kind: 'heatmap', ...matrix, heads: { chosen, count: heads } } };
  }
  if ((kind === 'image' || type.flow === 'image') && rank >= 3 && [1, 3].includes(sizes[rank - 3]!)) {
    return { spec: spec('image', index(rank - 3)), scene: { kind: 'image' } };
  }
  if (kind === 'patch-grid' && rank >= 2) {
    const grid = planPatches(dims);
    if (grid) {
      return { spec: spec(grid.values === 'mean' ? 'grid' : 'matrix', index(rank - 2)), scene: grid };
    }
  }
  const [rows, columns] = rank === 1 ? [1, sizes[0]!] : [sizes[rank - 2]!, sizes[rank - 1]!];
  return { spec: spec('matrix', index(rank - 2)), scene: { kind: 'heatmap', rows, columns } };
}

/** What has no name may be patches; what is named as tokens or keys is none, though its number may be a square. */
function isOfPatches({ name }: Dimension): boolean {
  return name === undefined || name.includes('patches');
}

/** One row of `[…, heads, queries, keys]` where the keys are patches of a square. */
function planAttention(
  sizes: readonly number[],
  lookAt: LookAt | undefined,
): { readonly index: number[]; readonly scene: Extract<Scene, { kind: 'attention' }> } | null {
  const rank = sizes.length;
  const [queries, keys] = [sizes[rank - 2]!, sizes[rank - 1]!];
  const grid = patchGrid(keys);
  if (!grid || queries !== keys) return null;
  const heads = rank >= 3 ? sizes[rank - 3]! : 1;
  const head = clamp(lookAt?.head ?? 0, heads);
  // Without a choice, the middle of the picture asks.
  const middle = Math.floor(grid.side / 2) * grid.side + Math.floor(grid.side / 2);
  const patch = clamp(lookAt?.patch ?? middle, grid.side * grid.side);
  const outer = sizes.slice(0, Math.max(0, rank - 3)).map((size, axis) => clamp(lookAt?.index?.[axis] ?? 0, size));
  const index = [...outer, ...(rank >= 3 ? [head] : []), grid.leading + patch];
  return { index, scene: { kind: 'attention', ...grid, head, heads, patch } };
}

/** `[…, patches, width]` is averaged over its last axis; `[…, rows, columns]` of a patch convolution is one channel. */
function planPatches(dims: readonly Dimension[]): Extract<Scene, { kind: 'patches' }> | null {
  const [last, before] = [dims.at(-1)!, dims.at(-2)!];
  if (last.name === 'columns' && before.name === 'rows') {
    return { kind: 'patches', rows: before.size, columns: last.size, values: 'elements' };
  }
  const grid = patchGrid(before.size);
  return grid?.leading === 0 ? { kind: 'patches', rows: grid.side, columns: grid.side, values: 'mean' } : null;
}

/** What lies under the pointer. */
export type Pointed =
  /** One element, to be read by its full index. */
  | { readonly kind: 'element'; readonly index: readonly number[] }
  /** A cell of the thumbnail, whose value the preview itself holds. */
  | { readonly kind: 'cell'; readonly row: number; readonly column: number };

/** @param u @param v Place in the drawn picture, 0 … 1 from left and from top. */
export function pointAt(plan: PreviewPlan, type: PortType, u: number, v: number): Pointed | null {
  if (u < 0 || v < 0 || u >= 1 || v >= 1) return null;
  const { scene, spec } = plan;
  const sizes = type.dims.map(({ size }) => size);
  switch (scene.kind) {
    case 'image': {
      const [height, width] = [sizes.at(-2)!, sizes.at(-1)!];
      return { kind: 'element', index: [...spec.index, 0, Math.floor(v * height), Math.floor(u * width)] };
    }
    case 'patches': {
      const [row, column] = [Math.floor(v * scene.rows), Math.floor(u * scene.columns)];
      if (scene.values === 'mean') return { kind: 'cell', row, column };
      return { kind: 'element', index: [...spec.index, row, column] };
    }
    case 'attention': {
      const key = Math.floor(v * scene.side) * scene.side + Math.floor(u * scene.side);
      return { kind: 'element', index: [...spec.index, scene.leading + key] };
    }
    case 'heatmap': {
      const place = [Math.floor(v * scene.rows), Math.floor(u * scene.columns)];
      return { kind: 'element', index: sizes.length === 1 ? [place[1]!] : [...spec.index, ...place] };
    }
    case 'number':
      return { kind: 'element', index: [] };
    case 'histogram':
      return null;
    default:
      return scene satisfies never;
  }
}

function clamp(index: number, size: number): number {
  return Math.max(0, Math.min(Math.trunc(index), size - 1));
}
