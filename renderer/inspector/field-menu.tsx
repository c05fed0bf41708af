/** The menu of a parameter's field: back to its default, and a hyperparameter of the module made of it, or why not. */
import { Menu } from '@base-ui/react/menu';
import { Ellipsis } from 'lucide-react';
import { promotable, promoteParameter, setParam, type PromotablePlace } from '../../graph/edits.ts';
import { REPEAT } from '../../graph/node-rules.ts';
import type { GraphNode } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { useApp } from '../app-context.ts';
import { useReadOnlyReason } from '../panels/read-only.tsx';
import { useEdit } from './use-edit.ts';

interface FieldMenuProps {
  readonly module: string;
  readonly node: GraphNode;
  readonly param: string;
}

export function FieldMenu(props: FieldMenuProps) {
  const label = `Actions for ${props.param}`;
  return (
    <Menu.Root>
      <Menu.Trigger className="icon-button field-menu" aria-label={label}>
        <Ellipsis size={13} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="layer-menu">
          <Menu.Popup className="menu field-menu-popup" aria-label={label}>
            <Items {...props} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Asked only once the menu is open: an edit elsewhere costs nothing. */
function Items({ module, node, param }: FieldMenuProps) {
  const app = useApp();
  const edit = useEdit();
  const readOnly = useReadOnlyReason();
  const found = promotable(app.document.getState().document, NODES, node, param);
  const promotion = readOnly ?? (found.ok ? true : found.reason);
  const promote = (item?: number) =>
    edit((document) => promoteParameter(document, NODES, module, node.id, param, item));
  const isDefault = node.params?.[param] === undefined;
  return (
    <>
      {found.ok && readOnly === undefined ? (
        found.places.map((place) => (
          <Item key={place.item ?? ''} title={titleOf(place)} possible onClick={() => promote(place.item)} />
        ))
      ) : (
        <Item title="Make a hyperparameter" possible={promotion} onClick={() => promote()} />
      )}
      {param !== REPEAT && (
        <Item
          title="Back to the default"
          possible={readOnly ?? (isDefault ? 'It has its default' : true)}
          onClick={() => edit((document) => setParam(document, module, node.id, param, undefined))}
        />
      )}
    </>
  );
}

/** `Make a hyperparameter`, or of a size of a shape, by its place. */
function titleOf({ item, value }: PromotablePlace): string {
  return item === undefined ? 'Make a hyperparameter' : `Make a hyperparameter of size ${item} (${String(value)})`;
}

interface ItemProps {
  readonly title: string;
  /** True, or the reason why not. */
  readonly possible: true | string;
  readonly onClick: () => void;
}

function Item({ title, possible, onClick }: ItemProps) {
  return (
    <Menu.Item className="menu-item with-help" disabled={possible !== true} onClick={onClick}>
      <span>
        {title}
        {possible !== true && <small>{possible}</small>}
      </span>
    </Menu.Item>
  );
}
