/** Which tensors of a checkpoint hold values that are no numbers: they are looked at by their bits, slice by slice. */
import { messageLine } from '../../graph/error-text.ts';
import { firstNonFinite } from '../../graph/formats/finite.ts';
import { ELEMENT_BYTES, isElementType } from '../../graph/formats/raw-tensor.ts';
import { slicesOf, type StoredTensor } from './weight-pieces.ts';

export interface NamedStored extends StoredTensor {
  readonly name: string;
}

/** A tensor with NaN or infinities, and where the first of them is. */
export interface NonFinite {
  readonly name: string;
  readonly element: number;
}

/**
 * Those among the tensors, in their order; one of an element type that is not known is passed over.
 * @param onProgress told how many bytes were looked at.
 */
export async function findNonFinite(
  tensors: Iterable<NamedStored>,
  onProgress: (bytes: number) => void = () => undefined,
): Promise<readonly NonFinite[]> {
  const found: NonFinite[] = [];
  let before = 0;
  for (const tensor of tensors) {
    const { name, dtype, byteLength } = tensor;
    if (isElementType(dtype)) {
      let at = 0;
      for await (const slice of slicesOf(tensor)) {
        const position = firstNonFinite(dtype, slice);
        if (position >= 0) {
          found.push({ name, element: at / ELEMENT_BYTES[dtype] + position });
          break;
        }
        at += slice.byteLength;
        onProgress(before + at);
      }
    }
    before += byteLength;
    onProgress(before);
  }
  return found;
}

/** What is told of them in a line; there is one at least. @param checkpoint How it is called. */
export function describeNonFinite(checkpoint: string, [first, ...others]: readonly NonFinite[]): string {
  const more = others.length > 0 ? `, and in ${others.length} more ${others.length === 1 ? 'weight' : 'weights'}` : '';
  const where = `${messageLine(first!.name)}, element ${first!.element}`;
  return `${checkpoint} has values that are no numbers (NaN or infinite): ${where}${more}`;
}
