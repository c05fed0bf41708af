/** A shape with the names of its dimensions: names muted, sizes in the text's colour. */
import { Fragment } from 'react';
import type { Dimension } from '../../graph/problems.ts';
import { useApp, useView } from '../app-context.ts';
import { fitDims, formatDims } from '../previews/format.ts';

interface ShapeChipProps {
  readonly dims: readonly Dimension[];
  /** Names are dropped from the right until it has at most so many characters; all are in the tooltip. */
  readonly characters?: number;
}

export function ShapeChip({ dims, characters = Infinity }: ShapeChipProps) {
  const { view } = useApp();
  // The name itself only where it is among these: other chips do not render for it.
  const symbol = useView((state) => dims.find(({ name }) => name !== undefined && name === state.symbol)?.name);
  const shown = fitDims(dims, characters);
  return (
    <span className="shape" title={formatDims(dims)} data-symbol={symbol}>
      {shown.length === 0 && 'scalar'}
      {shown.map((dim, axis) => (
        // A dimension is its axis.
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={axis}>
          {axis > 0 && ' · '}
          {dim.name !== undefined && (
            <span
              className="dim-name"
              data-symbol={dim.name === symbol ? symbol : undefined}
              onPointerEnter={() => view.getState().setSymbol(dim.name!)}
              onPointerLeave={() => view.getState().setSymbol(null)}
            >
              {`${dim.name} `}
            </span>
          )}
          <b>{dim.size}</b>
        </Fragment>
      ))}
    </span>
  );
}
