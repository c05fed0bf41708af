/** The value of an `images` parameter: ids of the document's pictures, separated by commas. */

export function splitImages(images: string): readonly string[] {
  return images
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}
