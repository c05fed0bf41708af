/** Every kind of view, one line each. */
import type { ViewKind } from '../../nodes/definition.ts';
import { similarityMatrix } from './similarity-matrix.ts';
import type { ViewRecord } from './view.ts';

export const VIEWS: Readonly<Partial<Record<ViewKind, ViewRecord>>> = {
  'similarity-matrix': similarityMatrix,
};
