/** The elements below a picture that `nodeCaption` writes its numbers into. */
import type { ReactNode, RefObject } from 'react';

interface NodeCaptionProps {
  readonly root: RefObject<HTMLDivElement | null>;
  /** In the place of the legend's colours. */
  readonly between?: ReactNode;
}

export function NodeCaption({ root, between }: NodeCaptionProps) {
  return (
    <div ref={root} className="caption">
      <div className="legend">
        <span className="minimum" />
        {between ?? <i className="gradient" />}
        <span className="maximum" />
      </div>
      <div className="moments">
        <span className="mean" />
        <span className="non-finite" />
        <span className="deviation" />
      </div>
    </div>
  );
}
