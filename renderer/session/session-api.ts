/** What the editor asks of the session: runs, previews of what is visible, and full tensors on request. */
import type { PortPath } from '../../graph/instance.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { TensorType } from '../../gpu/ir/types.ts';
import type { Profile } from '../../gpu/profile.ts';
import type { Preview, PreviewSpec } from '../../gpu/runtime/types.ts';
import type { GuestRequest } from './guest.ts';

/** A tensor read back whole, row-major. */
export interface TensorData {
  readonly type: TensorType;
  readonly data: Float32Array | Int32Array | Uint32Array;
}

/** Bytes as they are read back, under the type that says what they are; f16 is read back as f32. */
export function tensorOf(type: TensorType, { buffer, byteOffset, byteLength }: Uint8Array): TensorData {
  const count = byteLength / 4;
  switch (type.dtype) {
    case 'f32':
    case 'f16':
      return { type, data: new Float32Array(buffer, byteOffset, count) };
    case 'i32':
      return { type, data: new Int32Array(buffer, byteOffset, count) };
    case 'bool':
      return { type, data: new Uint32Array(buffer, byteOffset, count) };
    default:
      return type.dtype satisfies never;
  }
}

export type PreviewListener = (preview: Preview) => void;

export interface SessionApi {
  /** Another number with each run that ends and each document that is opened: values of another one are of before. */
  readonly valuesOf: number;
  /** Runs the document as it is now, whatever the mode, from the steps whose values are not kept. */
  run(): void;
  /**
   * Runs all of the document, whatever is kept of it, and says where the time goes.
   * @throws {ProfileStoppedError} if an edit, a cancel or another document comes in between; {Error} if it cannot be run.
   */
  profile(): Promise<Profile>;
  /** Readies the device for a document that may be opened soon; the last one asked for counts. */
  warm(document: PatchbayDocument): void;
  /** Stops between two submissions; what was computed stays. */
  cancel(): void;
  /**
   * Asks for previews of a port as long as it is visible: at once if its value is there, and after every run. At most
   * ten a second reach the listener, on the main thread, outside React. Call again with another spec to look elsewhere.
   * @returns stops watching.
   */
  watch(port: PortPath, spec: PreviewSpec, listener: PreviewListener): () => void;
  /**
   * Reads a tensor back, whole or the part of it at `index` of its leading axes.
   * @throws {ValueUnavailableError} if no run has computed it, or it has nothing there.
   */
  read(port: PortPath, index?: readonly number[]): Promise<TensorData>;
  /** One element, for what is under the pointer. @throws {ValueUnavailableError} if no run has computed it. */
  valueAt(port: PortPath, index: readonly number[]): Promise<number>;
  /**
   * Computes parts of one value with other ids in the place of a source's own. Afterwards the editor's own values are
   * there again.
   * @throws {GuestStoppedError} if an edit or a run comes in between; {Error} if the value cannot be computed.
   */
  compute(request: GuestRequest): Promise<readonly TensorData[]>;
  dispose(): void;
}

/** The graph became another, or nobody waits any more. */
export class ProfileStoppedError extends Error {
  override readonly name = 'ProfileStoppedError';

  constructor() {
    super('it was stopped before it was measured');
  }
}

/** A value that is asked for but was not computed, or is no longer kept. */
export class ValueUnavailableError extends Error {
  override readonly name = 'ValueUnavailableError';

  constructor(port: PortPath) {
    super(`${port}: no value yet; run the graph first`);
  }
}
