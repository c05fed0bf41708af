/** The numbers of one weight as they are written: slice by slice, so that one of gigabytes is never held whole unless it is drawn. */
import { excerpt } from '../../graph/error-text.ts';
import { encodeFloats, FLOAT_TYPES, type FloatType } from '../../graph/formats/encode-floats.ts';
import { convertTensor, ELEMENT_BYTES, isElementType, type ElementType } from '../../graph/formats/raw-tensor.ts';
import { FormatError } from '../../graph/formats/format-error.ts';
import type { WeightRecipe } from '../../nodes/weights.ts';

/** A tensor in a checkpoint. */
export interface StoredTensor {
  readonly dtype: string;
  readonly byteLength: number;
  /** Its bytes from `begin` up to `end`, counted from its first. */
  readonly read: (begin: number, end: number) => Promise<Uint8Array>;
}

/** Where numbers come from. */
export interface WeightReaders {
  /** The checkpoint's file, for whoever wants it copied where nothing of it changes. */
  readonly whole?: Pick<StoredTensor, 'byteLength' | 'read'>;
  /** The tensor of this name in the checkpoint. */
  readonly stored: (entry: string) => StoredTensor;
  /** The numbers of a weight that is drawn. */
  readonly draw: (recipe: WeightRecipe) => Float32Array;
}

const SLICE_BYTES = 1 << 24;
const FORMAT = 'safetensors';

/**
 * @param dtype of the weight in its file, or one of floats.
 * @throws {FormatError} where a number is none that the type can have.
 */
export async function* piecesOfWeight(
  recipe: WeightRecipe,
  dtype: ElementType,
  { stored, draw }: WeightReaders,
): AsyncIterable<Uint8Array> {
  const { path, from } = recipe;
  if (from.kind === 'drawn') {
    const values = draw(recipe);
    const step = SLICE_BYTES / ELEMENT_BYTES.F32;
    for (let at = 0; at < values.length; at += step)
      yield encodeFloats(values.subarray(at, at + step), floatType(dtype), { ...placeOf(path), first: at });
    return;
  }
  const tensor = stored(from.entry);
  const { dtype: own } = tensor;
  let at = 0;
  for await (const bytes of slicesOf(tensor)) {
    yield own === dtype ? bytes : converted(bytes, own, floatType(dtype), from.entry, at);
    at += bytes.byteLength;
  }
}

/** All bytes, a slice at a time. */
export async function* slicesOf({
  byteLength,
  read,
}: Pick<StoredTensor, 'byteLength' | 'read'>): AsyncIterable<Uint8Array> {
  for (let at = 0; at < byteLength; at += SLICE_BYTES) yield read(at, Math.min(at + SLICE_BYTES, byteLength));
}

function converted(bytes: Uint8Array, own: string, dtype: FloatType, entry: string, at: number): Uint8Array {
  if (!isElementType(own))
    throw new FormatError(FORMAT, placeOf(entry).place, `element type ${excerpt(own)} cannot be read`);
  const size = ELEMENT_BYTES[own];
  const where = { ...placeOf(entry), first: at / size };
  const values = convertTensor({ dtype: own, shape: [bytes.byteLength / size], bytes }, 'f32', where);
  return encodeFloats(values, dtype, where);
}

function floatType(dtype: ElementType): FloatType {
  const type = FLOAT_TYPES.find((known) => known === dtype);
  if (type) return type;
  throw new TypeError(`${dtype} is no type of floats: only what is in the file may have it`);
}

function placeOf(name: string) {
  return { format: FORMAT, place: `tensor "${excerpt(name)}"` };
}
