/** The open module as a graph that can be edited. */
export function Canvas() {
  return <div role="application" aria-label="Graph" />;
}
