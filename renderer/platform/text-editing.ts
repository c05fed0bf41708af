/** The Edit menu in a text field: there undo, copy and the like are the field's own, not the graph's. */

/** Commands of the renderer's list that mean something else while text is edited, and what they mean then. */
const TEXT_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['edit.undo', 'undo'],
  ['edit.redo', 'redo'],
  ['edit.cut', 'cut'],
  ['edit.copy', 'copy'],
  ['edit.delete', 'delete'],
  ['edit.select-all', 'selectAll'],
]);

/** Carries the command out on the text that is edited; false if none is, or it is no command of text. */
export function editText(command: string, page: Document = document): boolean {
  const action = TEXT_COMMANDS.get(command);
  const typing = typingIn(page.activeElement);
  if (action === undefined || !typing) return false;
  // Nothing of the field's own is to be undone: the graph's last edit is meant.
  if (typing === 'settled' && (action === 'undo' || action === 'redo')) return false;
  // Deprecated and without a successor: the only way into a field's own undo history.
  page.execCommand(action);
  return true;
}

/**
 * Whether text is typed into this element, and if so, whether it is `settled`: the same as the document has, which a field
 * says by the attribute `data-settled`.
 */
export function typingIn(element: Element | null): false | 'changed' | 'settled' {
  if (!isTextField(element)) return false;
  return element?.hasAttribute('data-settled') ? 'settled' : 'changed';
}

/** What is being typed goes where it belongs, before something else is shown: fields take their text when they lose the focus. */
export function settleText(): void {
  // Commands run without a page too.
  const focus = typeof document === 'undefined' ? null : document.activeElement;
  if (isTextField(focus)) (focus as HTMLElement).blur();
}

/** True if text is typed into this element. */
export function isTextField(element: Element | null): boolean {
  return (
    element !== null &&
    element.matches(
      'textarea, [contenteditable]:not([contenteditable="false"]), input:not([type]), ' +
        'input:is([type="text"], [type="search"], [type="number"], [type="url"], [type="email"], [type="password"])',
    )
  );
}
