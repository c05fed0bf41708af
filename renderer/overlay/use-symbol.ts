/** A dimension's name under the pointer: everything through which it flows is marked. */
import type { Dimension } from '../../graph/problems.ts';
import { useView } from '../app-context.ts';

/** Whether the name that is pointed at is among these dimensions. */
export function useSymbolIn(dims: readonly Dimension[] | undefined): boolean {
  return useView(({ symbol }) => symbol !== null && dims?.some(({ name }) => name === symbol) === true);
}
