/** The wire under a point of the window, through whatever lies over it. */

/** Key of the wire; null where there is none. */
export function wireAt(x: number, y: number): string | null {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  for (const element of document.elementsFromPoint(x, y)) {
    const wire = element.closest<SVGElement>('.react-flow__edge');
    if (wire) return wire.dataset['id'] ?? null;
  }
  return null;
}
