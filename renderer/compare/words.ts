/** How differences in numbers are written. */
import type { Difference } from '../../export/verify/compare-models.ts';
import { count } from '../../graph/edit.ts';
import type { DifferenceMark } from './summary.ts';

/** `3.1e-3`; `shape` where shapes differ; `∞` where a number is finite on one side only, or was nothing but zero. */
export function shortDistance({ shapeBefore, relativeL2 }: Difference): string {
  return shapeBefore ? 'shape' : shortNumber(relativeL2);
}

export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  if (value === 0) return '0';
  return value >= 0.01 && value < 1000 ? value.toPrecision(2) : value.toExponential(1);
}

export function describeDifference({ shape, shapeBefore, relativeL2, maxAbs }: Difference): string {
  if (shapeBefore) return `[${shapeBefore.join(', ')}] → [${shape.join(', ')}]`;
  return `relative L2 ${shortNumber(relativeL2)}, largest difference ${shortNumber(maxAbs)}`;
}

export function describeMark({ value, weights, first }: DifferenceMark): string {
  const parts = [
    ...(first ? ['the first value that differs'] : []),
    ...(value ? [describeDifference(value)] : []),
    ...(weights > 0 ? [`${count(weights, 'weight')} changed`] : []),
  ];
  return parts.join('; ');
}
