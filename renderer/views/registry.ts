/** Every kind of view, one line each. */
import type { ViewKind } from '../../nodes/definition.ts';
import { attentionMap } from './attention-map.ts';
import { attentionMatrix } from './attention-matrix.ts';
import { histogram } from './histogram.ts';
import { line } from './line.ts';
import { patchGrid } from './patch-grid.ts';
import { similarityMatrix } from './similarity-matrix.ts';
import { table } from './table.ts';
import { text } from './text-view.ts';
import { tokenStrip } from './token-strip.ts';
import type { ViewRecord } from './view.ts';

export const VIEWS: Readonly<Record<ViewKind, ViewRecord>> = {
  'patch-grid': patchGrid,
  'attention-map': attentionMap,
  'attention-matrix': attentionMatrix,
  'similarity-matrix': similarityMatrix,
  'token-strip': tokenStrip,
  histogram,
  line,
  text,
  table,
};
