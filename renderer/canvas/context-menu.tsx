/** The menu of what lies under the pointer: a node, a wire, a note or frame, or the canvas. */
import { Menu } from '@base-ui/react/menu';
import { useState } from 'react';
import { useApp, useView } from '../app-context.ts';
import { ARRANGE_COMMANDS } from '../commands/arrange-commands.ts';
import { PREVIEW_COMMANDS, VIEW_NODE_COMMANDS } from '../commands/view-node-commands.ts';
import { CommandMenuItem } from '../panels/command-button.tsx';
import { CommandSubmenu } from '../panels/command-submenu.tsx';
import { useReadOnlyReason } from '../panels/read-only.tsx';
import { useCanvas, useCanvasState } from './canvas-context.ts';
import { portKey, type CanvasMenu } from './canvas-store.ts';
import { CopyItems } from './copy-items.tsx';
import { Item } from './menu-item.tsx';
import { refOf } from './ports.ts';
import { shownPort } from './values.ts';

export function CanvasContextMenu() {
  const { store } = useCanvas();
  const menu = useCanvasState((state) => state.menu);
  // While the menu closes, it still shows what it was of.
  const [shown, setShown] = useState(menu);
  if (menu !== null && menu !== shown) setShown(menu);
  if (!shown) return null;
  const { x, y } = shown;
  const anchor = { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) };
  return (
    <Menu.Root open={menu !== null} onOpenChange={(open) => !open && store.setState({ menu: null })} modal={false}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} side="bottom" align="start" className="layer-menu">
          <Menu.Popup className="menu" aria-label="Actions">
            <Items menu={shown} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Items({ menu: { target, x, y, at } }: { readonly menu: CanvasMenu }) {
  const { store, actions } = useCanvas();
  const app = useApp();
  const readOnly = useReadOnlyReason();
  const { mac } = app.platform;
  switch (target.kind) {
    case 'node':
      return <NodeItems nodeId={target.nodeId} />;
    case 'wire':
      return (
        <>
          <Item reason={readOnly} keys="Delete" onClick={() => actions.disconnect(target.edge)}>
            Disconnect
          </Item>
          <Item
            reason={readOnly}
            keys={mac ? '⌥ click' : 'Alt+click'}
            onClick={() => actions.addReroute(target.edge, at)}
          >
            Add a reroute point
          </Item>
          {target.edge.reroutes && (
            <Item reason={readOnly} onClick={() => actions.straighten(target.edge)}>
              Remove its reroute points
            </Item>
          )}
          <Item onClick={() => app.view.getState().select([target.edge.from[0]])}>Select where it comes from</Item>
          <Item onClick={() => app.view.getState().select([target.edge.to[0]])}>Select where it goes</Item>
        </>
      );
    case 'note':
    case 'frame':
      return (
        <>
          <Item reason={readOnly} onClick={() => store.setState({ renaming: target.id })}>
            {target.kind === 'note' ? 'Write' : 'Rename'}
          </Item>
          <Menu.Separator className="menu-separator" />
          <CommandMenuItem id="edit.cut" />
          <CommandMenuItem id="edit.copy" />
          <CommandMenuItem id="edit.duplicate" />
          <CommandMenuItem id="edit.delete" />
        </>
      );
    case 'reroute':
      return <CommandMenuItem id="edit.delete" />;
    case 'canvas':
      return (
        <>
          <Item keys="Shift+A" reason={readOnly} onClick={() => app.view.getState().setAddMenu({ x, y })}>
            Add a node…
          </Item>
          <Item keys="N" reason={readOnly} onClick={() => actions.addNote(at)}>
            Add a note
          </Item>
          <Item keys="Shift+N" reason={readOnly} onClick={() => actions.addFrame(at)}>
            {app.view.getState().selection.size > 0 ? 'Frame the selection' : 'Add a frame'}
          </Item>
          <Menu.Separator className="menu-separator" />
          <CommandMenuItem id="edit.paste" />
          <CommandMenuItem id="edit.paste-wired" />
          <CommandMenuItem id="edit.select-all" />
          <CommandMenuItem id="edit.layout" />
          <CommandMenuItem id="view.fit" />
        </>
      );
    default:
      return target satisfies never;
  }
}

function NodeItems({ nodeId }: { readonly nodeId: string }) {
  const { placed, actions } = useCanvas();
  const readOnly = useReadOnlyReason();
  const several = useView((state) => state.selection.size > 1);
  const view = placed().find((node) => node.view.id === nodeId)?.view;
  if (!view) return null;
  const value = shownPort(view);
  return (
    <>
      {(view.kind === 'module' || view.kind === 'stack') && <CommandMenuItem id="go.enter" />}
      <CommandMenuItem id="edit.rename" />
      <CommandMenuItem id="edit.wire" />
      {value && (
        <>
          <Menu.Separator className="menu-separator" />
          <CopyItems key={portKey(refOf(nodeId, value))} view={view} port={value} />
          {PREVIEW_COMMANDS.map(({ id }) => (
            <CommandMenuItem key={id} id={id} />
          ))}
          {view.shows !== null && VIEW_NODE_COMMANDS.map(({ id }) => <CommandMenuItem key={id} id={id} />)}
        </>
      )}
      <Menu.Separator className="menu-separator" />
      <CommandMenuItem id="edit.cut" />
      <CommandMenuItem id="edit.copy" />
      <CommandMenuItem id="edit.duplicate" />
      <CommandMenuItem id="edit.mute" />
      <CommandMenuItem id="edit.bypass" />
      <CommandMenuItem id="view.collapse" />
      {several && (
        <>
          <CommandSubmenu title="Arrange" commands={ARRANGE_COMMANDS.map(({ id }) => id)} />
          <Item reason={readOnly} onClick={() => actions.addFrame({ x: 0, y: 0 })}>
            Frame the selection
          </Item>
        </>
      )}
      <CommandMenuItem id="edit.group" />
      {view.kind === 'module' && <CommandMenuItem id="edit.ungroup" />}
      {(view.kind === 'module' || view.kind === 'stack') && <CommandMenuItem id="edit.make-unique" />}
      <CommandMenuItem id="edit.delete" />
    </>
  );
}
