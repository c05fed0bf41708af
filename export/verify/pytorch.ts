/** A PyTorch export in PyTorch: its outputs, and what each of its layers gives. */
import {
  formatSafetensors,
  readSafetensorAs,
  readSafetensorsHeader,
  type ByteSource,
} from '../../graph/formats/safetensors.ts';
import { layerValues, type LayerValue } from '../pytorch/layers.ts';
import { PYTORCH } from '../pytorch/target.ts';
import type { ExportedFile, ExportSource } from '../target.ts';
import { namedTensor, type ComputedTensor } from '../values.ts';
import type { RunningExport } from './engine.ts';

export const WEIGHTS_FILE = 'weights.safetensors';
const EXAMPLE_FILE = 'example.safetensors';

/** A package that an interpreter has loaded. */
export interface LoadedPackage {
  /** Computes on inputs, a .safetensors file in pieces; `read` gets the file of what it gave. */
  run<T>(inputs: readonly Uint8Array[], read: (outputs: ByteSource) => Promise<T>): Promise<T>;
  dispose(): Promise<void>;
}

/** The export's files. The example is empty: whoever verifies gives all inputs, and knows the outputs by itself. */
export async function packageFiles(source: ExportSource): Promise<readonly ExportedFile[]> {
  const files = await PYTORCH.files(source);
  return files.map((file) => (file.path === EXAMPLE_FILE ? { ...file, pieces: formatSafetensors([]) } : file));
}

export function runningPackage(source: ExportSource, loaded: LoadedPackage): RunningExport {
  const ports = layerValues(source);
  const outputs = Object.keys(source.tree.root.outputs);
  return {
    names: [...outputs, ...ports.map(({ port }) => port)],
    run: (inputs) =>
      loaded.run(formatSafetensors(Array.from(inputs.values(), namedTensor)), (file) =>
        readValues(file, outputs, ports),
      ),
    dispose: () => loaded.dispose(),
  };
}

/** The outputs, and the ports of layers that were called once. */
async function readValues(
  file: ByteSource,
  outputs: readonly string[],
  ports: readonly LayerValue[],
): Promise<ReadonlyMap<string, ComputedTensor>> {
  const { entries } = await readSafetensorsHeader(file);
  const wanted = new Map([
    ...ports.map(({ port, layer, index }) => [`layer/${layer}/${index}`, port] as const),
    ...outputs.map((name) => [`output/${name}`, name] as const),
  ]);
  const tensors = new Map<string, ComputedTensor>();
  for (const [entryName, name] of wanted) {
    const entry = entries.get(entryName);
    if (!entry) continue;
    const dtype = entry.dtype === 'BOOL' ? 'bool' : entry.dtype.startsWith('F') ? 'f32' : 'i32';
    const data = await readSafetensorAs(file, entry, dtype);
    tensors.set(name, { name, type: { dtype, shape: entry.shape }, data });
  }
  return tensors;
}
