/**
 * A graph's weights as a checkpoint: which tensors there will be, under which names and in which files. Nothing is read or
 * drawn before its turn to be written.
 */
import { excerpt } from '../../graph/error-text.ts';
import type { FloatType } from '../../graph/formats/encode-floats.ts';
import { isElementType, type ElementType } from '../../graph/formats/raw-tensor.ts';
import { formatSafetensorsIndex, MOST_NUMBERED, namesOfParts } from '../../graph/formats/safetensors-index.ts';
import { byteLengthOf, streamSafetensors } from '../../graph/formats/safetensors.ts';
import type { WeightRecipe } from '../../nodes/weights.ts';
import { piecesOfWeight, slicesOf, type WeightReaders } from './weight-pieces.ts';

/** The weights cannot be saved as was asked. */
export class SaveError extends Error {
  override readonly name = 'SaveError';
}

export interface SaveRequest {
  /** Those of the graph, or those that they have in the checkpoint which they come from. */
  readonly names: 'graph' | 'original';
  /** Null: each in that of its checkpoint; float32 where it is drawn. */
  readonly dtype: FloatType | null;
  /** The most bytes of a file, beside those of a single weight; null: all in one file. */
  readonly fileBytes: number | null;
}

/** A file of the checkpoint. */
export interface SavedFile {
  readonly name: string;
  /** Bytes of its numbers. */
  readonly byteLength: number;
  readonly pieces: () => AsyncIterable<Uint8Array>;
}

export interface SavePlan {
  readonly weights: number;
  /** Bytes of all numbers. */
  readonly byteLength: number;
  readonly files: number;
  /** It is the file of the checkpoint that they come from, byte for byte. */
  readonly copied: boolean;
  /** The files in the order in which they are to be put in place, of several the index last. @param stem of their names. */
  readonly named: (stem: string) => readonly SavedFile[];
}

interface SavedTensor {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly recipe: WeightRecipe;
}

/** Hugging Face's loaders refuse a file that does not say so. */
const METADATA = { format: 'pt' };

/** @throws {SaveError} where names or numbers cannot be had as asked. */
export function planSaving(
  recipes: Iterable<WeightRecipe>,
  { names, dtype, fileBytes }: SaveRequest,
  readers: WeightReaders,
): SavePlan {
  const tensors = Array.from(recipes, (recipe): SavedTensor => {
    return { name: nameOf(recipe, names), dtype: dtype ?? ownType(recipe, readers), shape: recipe.shape, recipe };
  });
  const parts = fileBytes === null ? [tensors] : inFiles(tensors, fileBytes);
  if (parts.length > MOST_NUMBERED)
    throw new SaveError(`they would be in ${parts.length} files, and no more than ${MOST_NUMBERED} have a number`);
  const byteLength = bytesOf(tensors);
  const whole = parts.length === 1 && dtype === null && tensors.every(isKept) ? readers.whole : undefined;
  return {
    weights: tensors.length,
    byteLength,
    files: parts.length,
    copied: whole !== undefined,
    named: (stem) => {
      if (whole) return [{ name: `${stem}.safetensors`, byteLength, pieces: () => slicesOf(whole) }];
      if (parts.length === 1) return [fileOf(`${stem}.safetensors`, tensors, readers)];
      const { index, parts: called } = namesOfParts(stem, parts.length);
      const text = formatSafetensorsIndex(
        new Map(parts.map((part, at) => [called[at]!, part.map(({ name }) => name)])),
        byteLength,
      );
      return [
        ...parts.map((part, at) => fileOf(called[at]!, part, readers)),
        { name: index, byteLength: 0, pieces: () => textPieces(text) },
      ];
    },
  };
}

/** What was asked for is what the checkpoint's file holds, as it holds it; what else is in there comes along. */
function isKept({ name, recipe: { from } }: SavedTensor): boolean {
  return from.kind === 'file' && from.entry === name;
}

function nameOf({ path, from }: WeightRecipe, names: SaveRequest['names']): string {
  if (names === 'graph') return path;
  if (from.kind === 'file') return from.entry;
  throw new SaveError(`${path} is drawn from the seed: there is no file whose name it could have`);
}

function ownType({ path, from }: WeightRecipe, { stored }: WeightReaders): ElementType {
  if (from.kind === 'drawn') return 'F32';
  const { dtype } = stored(from.entry);
  if (isElementType(dtype)) return dtype;
  throw new SaveError(`${path}: element type ${excerpt(dtype)} cannot be read`);
}

/** In their order; a weight that is larger than a file may be has one of its own. */
function inFiles(tensors: readonly SavedTensor[], most: number): readonly (readonly SavedTensor[])[] {
  const parts: SavedTensor[][] = [[]];
  let bytes = 0;
  for (const tensor of tensors) {
    const own = byteLengthOf(tensor);
    if (bytes + own > most && parts.at(-1)!.length > 0) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(tensor);
    bytes += own;
  }
  return parts;
}

function fileOf(name: string, tensors: readonly SavedTensor[], readers: WeightReaders): SavedFile {
  const late = tensors.map(({ recipe, ...tensor }) => ({
    ...tensor,
    read: () => piecesOfWeight(recipe, tensor.dtype, readers),
  }));
  return { name, byteLength: bytesOf(tensors), pieces: () => streamSafetensors(late, METADATA) };
}

function bytesOf(tensors: readonly SavedTensor[]): number {
  return tensors.reduce((sum, tensor) => sum + byteLengthOf(tensor), 0);
}

async function* textPieces(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}
