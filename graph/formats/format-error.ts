/** The error of every binary format: which format, where in the file, what is wrong. */
import { messageLine } from '../error-text.ts';

export class FormatError extends Error {
  override readonly name = 'FormatError';
  /** `safetensors`, `npy`. */
  readonly format: string;
  /** Where in the file: `header`, `tensor "blocks.0.norm1.weight"`, `byte 8`. */
  readonly place: string;

  constructor(format: string, place: string, problem: string) {
    super(messageLine(`${format}, ${place}: ${problem}`));
    this.format = format;
    this.place = place;
  }
}
