/**
 * Gives the focus to what a dialog begins with; for its `initialFocus`. By itself the dialog moves it in the next frame,
 * and keys that somebody types on without a pause are commands of what lies below.
 * @returns the target, to which the dialog still moves the focus then: another one that closes may have given it back.
 */
export function focusNow(target: HTMLElement | null): HTMLElement | null {
  target?.focus();
  return target;
}
