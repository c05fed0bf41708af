/** The palette of nodes and modules. */
export function Library() {
  return <nav aria-label="Library" />;
}
