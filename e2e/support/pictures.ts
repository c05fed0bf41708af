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

/** A PNG that cannot be compressed: every pixel is another. */
export async function noisePng(side: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 200, sigma: 15 };
  const background = { r: 200, g: 200, b: 200 };
  return sharp({ create: { width: side, height: side, channels: 3, background, noise } })
    .png()
    .toBuffer();
}
