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
  if (action === undefined || !isTextField(page.activeElement)) return false;
  // Deprecated and without a successor: the only way into a field's own undo history.
  page.execCommand(action);
  return true;
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
