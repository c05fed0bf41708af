/** Menu items that copy what a node shows: its shape, its value, its picture. */
import { Menu } from '@base-ui/react/menu';
import { useApp } from '../app-context.ts';
import { copyPicture, copyShape, copyValue, tellCopy } from '../previews/copy.ts';
import { planPreview } from '../previews/plan.ts';
import { useCanvas } from './canvas-context.ts';
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
  return (
    <>
      <Menu.Item className="menu-item" disabled={!type} onClick={() => type && tellCopy(app, copyShape(app, type))}>
        <span>Copy shape</span>
      </Menu.Item>
      <Menu.Item
        className="menu-item"
        disabled={!known}
        onClick={() => known && tellCopy(app, copyValue(app, path, type))}
      >
        <span>Copy value</span>
      </Menu.Item>
      {view.shows === null && (
        <Menu.Item
          className="menu-item"
          disabled={!known || !plan}
          onClick={() => known && plan && tellCopy(app, copyPicture(app, path, plan, palette, picture))}
        >
          <span>Copy picture</span>
        </Menu.Item>
      )}
    </>
  );
}
