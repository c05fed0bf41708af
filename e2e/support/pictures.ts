/** Pictures for the specs, drawn when they are needed. */
import sharp from 'sharp';

/** A real PNG: a disc of one colour on another. */
export async function discPng(
  side: number,
  colours: { readonly disc: string; readonly ground: string },
): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
    <rect width="100%" height="100%" fill="${colours.ground}"/>
    <circle cx="50%" cy="50%" r="35%" fill="${colours.disc}"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
