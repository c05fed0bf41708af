/** Pictures behind values: as they are, or toned down so that what lies over them is read. */
import type { Box } from '../canvas/geometry.ts';
import type { Picture } from '../previews/painter.ts';
import type { Surface } from './view.ts';

/** The part of the picture that the model is given, in its place in the model's frame. */
export function paintPicture({ context }: Surface, { bitmap, crop, place }: Picture, box: Box): void {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    bitmap,
    crop.x,
    crop.y,
    crop.width,
    crop.height,
    box.x + place.x * box.width,
    box.y + place.y * box.height,
    place.width * box.width,
    place.height * box.height,
  );
}

/** Without most of its colour, which belongs to the map over it. */
export function paintBackdrop(surface: Surface, picture: Picture, box: Box): void {
  surface.context.filter = 'grayscale(0.55) brightness(0.8)';
  paintPicture(surface, picture, box);
  surface.context.filter = 'none';
}
