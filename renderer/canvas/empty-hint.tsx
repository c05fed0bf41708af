/** What to do on an empty canvas. */
export function EmptyHint() {
  return (
    <div className="empty-hint">
      <p>
        <b>Nothing here yet</b>
      </p>
      <p>
        Drag a node from the library, or double-click to search: <kbd>Shift A</kbd>
      </p>
    </div>
  );
}
