/** What is open over the rest has the keys to itself. */
const MODALS = '[role="dialog"], [role="alertdialog"], [role="menu"]';

/** Also before it has the focus, which menus take in the frame after they came. */
export function modalIsOpen(): boolean {
  // What is closing stays in the page for a moment, and takes no keys any more.
  return [...document.querySelectorAll(MODALS)].some(
    (layer) => !layer.hasAttribute('data-closed') && layer.checkVisibility({ visibilityProperty: true }),
  );
}
