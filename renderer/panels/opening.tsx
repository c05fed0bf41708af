/** In a window that the shell has opened for a document, until the document is there. */
export function Opening() {
  return (
    <main className="opening">
      <p role="status">Opening…</p>
    </main>
  );
}
