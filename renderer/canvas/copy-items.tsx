/** Menu items that copy what a node shows: its shape, its value, its picture. */
import { useApp } from '../app-context.ts';
import { copyPicture, copyShape, copyValue, tellCopy } from '../previews/copy.ts';
import { planPreview } from '../previews/plan.ts';
import { useCanvas } from './canvas-context.ts';
import { Item } from './menu-item.tsx';
import type { NodeView, PortView } from './node-view.ts';
import { useNodePicture } from './use-node-picture.ts';
import { useLookAt, usePortType, useValuePath } from './use-facts.ts';

export function CopyItems({ view, port }: { readonly view: NodeView; readonly port: PortView }) {
  const app = useApp();
  const { palette, pictures } = useCanvas();
  const type = usePortType(view, port);
  const path = useValuePath(view, port);
  const { lookAt } = useLookAt(view, port);
  const plan = type ? planPreview(view.preview ?? 'heatmap', type, lookAt) : null;
  const picture = useNodePicture(pictures, view, port, plan, lookAt);
  const known = type !== undefined && path !== undefined;
  const noValue = known ? undefined : 'No value of it is computed';
  return (
    <>
      <Item
        reason={type ? undefined : 'Its shape is not known'}
        onClick={() => type && tellCopy(app, copyShape(app, type))}
      >
        Copy shape
      </Item>
      <Item reason={noValue} onClick={() => known && tellCopy(app, copyValue(app, path, type))}>
        Copy value
      </Item>
      {view.shows === null && (
        <Item
          reason={noValue ?? (plan ? undefined : 'It has no picture')}
          onClick={() => known && plan && tellCopy(app, copyPicture(app, path, plan, palette, picture))}
        >
          Copy picture
        </Item>
      )}
    </>
  );
}
