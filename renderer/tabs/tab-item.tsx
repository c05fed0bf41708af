/** One tab: the document's name, a dot for unsaved edits, a cross. Keyboard and screen readers close it by its keys and menu. */
import { X } from 'lucide-react';
import type { KeyboardEvent, PointerEventHandler } from 'react';
import { TAB_PANEL, tabElementId } from './tab-ids.ts';
import type { ShownTab } from './use-shown-tabs.ts';

interface TabItemProps {
  readonly tab: ShownTab;
  /** From 1. */
  readonly place: number;
  readonly of: number;
  readonly onShow: () => void;
  readonly onClose: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** The menu was asked for, at this point of the window. */
  readonly onMenu: (at: { readonly x: number; readonly y: number }) => void;
  readonly drag: {
    readonly onPointerDown: PointerEventHandler;
    readonly onPointerMove: PointerEventHandler;
    readonly onPointerUp: PointerEventHandler;
    readonly onPointerCancel: PointerEventHandler;
  };
}

export function TabItem({ tab, place, of, onShow, onClose, onKeyDown, onMenu, drag }: TabItemProps) {
  const { id, name, dirty, active } = tab;
  return (
    <div
      className="document-tab"
      role="presentation"
      data-active={active || undefined}
      data-dirty={dirty || undefined}
      title={dirty ? `${name}, with edits that are not saved` : name}
      // The middle button would scroll otherwise.
      onMouseDown={(event) => event.button === 1 && event.preventDefault()}
      onAuxClick={(event) => event.button === 1 && onClose()}
      onContextMenu={(event) => {
        event.preventDefault();
        // From the keyboard it comes without a place of its own.
        const { left, bottom } = event.currentTarget.getBoundingClientRect();
        onMenu(
          event.clientX > 0 || event.clientY > 0 ? { x: event.clientX, y: event.clientY } : { x: left, y: bottom },
        );
      }}
      {...drag}
    >
      <button
        type="button"
        id={tabElementId(id)}
        className="document-tab-name"
        role="tab"
        tabIndex={active ? 0 : -1}
        aria-selected={active}
        aria-controls={active ? TAB_PANEL : undefined}
        aria-label={dirty ? `${name}, unsaved` : name}
        aria-posinset={place}
        aria-setsize={of}
        aria-keyshortcuts="Delete"
        onClick={onShow}
        onKeyDown={onKeyDown}
      >
        {name}
      </button>
      {/* A tab can hold no button: this one is for the pointer alone. */}
      <button type="button" className="document-tab-close" tabIndex={-1} aria-hidden="true" onClick={onClose}>
        <i className="document-tab-dot" />
        <X size={12} />
      </button>
    </div>
  );
}
