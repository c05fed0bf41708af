/** Files made to harm whoever reads them: one table a format, each row with what must become of it. */

export type HostileFormat = 'patchbay' | 'safetensors' | 'npy' | 'picture' | 'tokenizer' | 'csv' | 'jsonl' | 'onnx';

export interface HostileFile {
  readonly format: HostileFormat;
  readonly name: string;
  readonly bytes: () => Uint8Array;
  /** Read without harm, or refused by a message that says this. */
  readonly expected: 'read' | RegExp;
}

/** Rows of a table, as they are written: name, content, what must become of it. */
export type Row = readonly [name: string, content: () => string | Uint8Array, expected: 'read' | RegExp];

export function table(format: HostileFormat, rows: readonly Row[]): readonly HostileFile[] {
  return rows.map(([name, content, expected]) => ({
    format,
    name,
    bytes: () => {
      const made = content();
      return typeof made === 'string' ? new TextEncoder().encode(made) : made;
    },
    expected,
  }));
}
