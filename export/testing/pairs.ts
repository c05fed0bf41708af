/** For tests: a small dataset of pictures and captions. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const COLOURS = { red: [220, 40, 40], green: [40, 180, 60], blue: [50, 80, 220], yellow: [230, 210, 50] } as const;
const SHAPES = ['circle', 'square', 'triangle', 'diamond'] as const;

/** Writes sixteen pictures, a shape of each colour, and `pairs.csv`: file, caption, and which shape, with the last two as one. */
export async function writePairs(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const rows: string[] = [];
  for (const [colour, rgb] of Object.entries(COLOURS)) {
    for (const [index, shape] of SHAPES.entries()) {
      const name = `${colour}-${shape}.png`;
      const data = Uint8Array.from({ length: 24 * 24 * 3 }, (_, at) => {
        const [pixel, channel] = [Math.floor(at / 3), at % 3];
        return isInside(index, pixel % 24, Math.floor(pixel / 24)) ? rgb[channel]! : 128;
      });
      await sharp(data, { raw: { width: 24, height: 24, channels: 3 } })
        .png()
        .toFile(join(folder, name));
      rows.push(`${name},a ${colour} ${shape},${Math.min(index, 2)}`);
    }
  }
  writeFileSync(join(folder, 'pairs.csv'), `image,caption,shape\n${rows.join('\n')}\n`);
}

function isInside(shape: number, x: number, y: number): boolean {
  const [dx, dy] = [Math.abs(x - 12), Math.abs(y - 12)];
  return [dx * dx + dy * dy < 64, Math.max(dx, dy) < 8, y > 4 && y < 20 && dx < (y - 4) / 2, dx + dy < 9][shape]!;
}
