/** A shape with the names of its dimensions: names muted, sizes in the text's colour. */
import { Fragment } from 'react';
import type { Dimension } from '../../graph/problems.ts';
import { fitDims, formatDims } from '../previews/format.ts';

interface ShapeChipProps {
  readonly dims: readonly Dimension[];
  /** Names are dropped from the right until it has at most so many characters; all are in the tooltip. */
  readonly characters?: number;
}

export function ShapeChip({ dims, characters = Infinity }: ShapeChipProps) {
  const shown = fitDims(dims, characters);
  return (
    <span className="shape" title={formatDims(dims)}>
      {shown.length === 0 && 'scalar'}
      {shown.map((dim, axis) => (
        // A dimension is its axis.
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={axis}>
          {axis > 0 && ' · '}
          {dim.name !== undefined && `${dim.name} `}
          <b>{dim.size}</b>
        </Fragment>
      ))}
    </span>
  );
}
