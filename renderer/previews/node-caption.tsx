/** The elements below a picture that `nodeCaption` writes its numbers into. */
import type { ReactNode, RefObject } from 'react';
import { useCard } from '../canvas/card-context.ts';

interface NodeCaptionProps {
  readonly root: RefObject<HTMLDivElement | null>;
  /** In the place of the legend's colours. */
  readonly between?: ReactNode;
}

export function NodeCaption({ root, between }: NodeCaptionProps) {
  const { valueId } = useCard();
  return (
    <div ref={root} className="caption">
      <div className="legend">
        <span className="minimum" />
        {between ?? <i className="gradient" />}
        <span className="maximum" />
      </div>
      {/* Read with the name of the node. */}
      <span className="spoken" id={valueId} hidden />
      <div className="moments">
        <span className="mean" />
        <span className="non-finite" />
        <span className="deviation" />
      </div>
    </div>
  );
}
