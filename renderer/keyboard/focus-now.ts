/**
 * Gives the focus to what a dialog begins with; for its `initialFocus`. By itself the dialog moves the focus in the next
 * frame, and keys that somebody types on without a pause are commands of what lies below.
 * @returns what the dialog is to do yet: nothing (false), or choose by itself (null) where there is no target.
 */
export function focusNow(target: HTMLElement | null): false | null {
  target?.focus();
  return target ? false : null;
}
