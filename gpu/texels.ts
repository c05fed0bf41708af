/**
 * Values as textures: their vectors of four floats one after another, row by row. An adapter that reads a buffer number by
 * number, each with a check of its own, may read a texel as a whole; SwiftShader does.
 */
import { elementCount, type TensorType } from './ir/types.ts';

/** Texels of a row, a power of 2, of which this is the exponent. */
export const TEXEL_ROW_BITS = 11;
const ROW_TEXELS = 2 ** TEXEL_ROW_BITS;
/** Rows that a texture has on every adapter. */
const MAX_ROWS = 8192;

export const BYTES_PER_TEXEL = 16;
export const TEXEL_ROW_BYTES = ROW_TEXELS * BYTES_PER_TEXEL;

/** Whether a value can be a texture: floats in whole vectors, at least a row of them (it takes whole ones), and not too many. */
export function fitsTexels({ dtype, shape }: TensorType): boolean {
  const count = elementCount(shape);
  const texels = count / 4;
  return dtype === 'f32' && Number.isInteger(texels) && texels >= ROW_TEXELS && texels <= ROW_TEXELS * MAX_ROWS;
}

/** Texels along a row and rows of a texture of so many bytes; the last row may not be full. */
export function texelSize(byteLength: number): { readonly width: number; readonly height: number } {
  return { width: ROW_TEXELS, height: Math.ceil(byteLength / TEXEL_ROW_BYTES) };
}

/** Bytes of the texture of so many bytes of numbers: of whole rows. */
export function texelBytes(byteLength: number): number {
  return texelSize(byteLength).height * TEXEL_ROW_BYTES;
}

/** The key of a value as a texture: the same numbers, elsewhere. */
export function texelsKey(key: string): string {
  return `${key}:texels`;
}
