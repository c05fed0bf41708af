/** Borders of patches over a picture. */
import type { Box } from '../canvas/geometry.ts';

/** Lines that are closer, in pixels, would be a veil. */
const CLOSEST = 3;

export function strokeGrid(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  box: Box,
  rows: number,
  columns: number,
  colour: string,
): void {
  if (box.width / columns < CLOSEST || box.height / rows < CLOSEST) return;
  context.strokeStyle = colour;
  context.lineWidth = 0.6;
  context.beginPath();
  for (let column = 0; column <= columns; column++) {
    const x = box.x + (column / columns) * box.width;
    context.moveTo(x, box.y);
    context.lineTo(x, box.y + box.height);
  }
  for (let row = 0; row <= rows; row++) {
    const y = box.y + (row / rows) * box.height;
    context.moveTo(box.x, y);
    context.lineTo(box.x + box.width, y);
  }
  context.stroke();
}
