/** `--against pytorch`: the exported package in a Python interpreter; its outputs, and what each of its layers gives. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { layerValues, type LayerValue } from '../../export/pytorch/layers.ts';
import { PYTORCH } from '../../export/pytorch/target.ts';
import type { ExportSource } from '../../export/target.ts';
import { readSafetensorAs } from '../../graph/formats/safetensors.ts';
import { findPython } from '../../scripts/oracle/python.ts';
import type { ComputedTensor } from '../../export/values.ts';
import { UserError } from '../errors.ts';
import { writeExportFolder } from '../export-folder.ts';
import { writeResults } from '../results.ts';
import { withSafetensors } from '../tensor-files.ts';
import type { ExportEngine, RunningExport } from '../../export/verify/engine.ts';

const SERVER = join(import.meta.dirname, 'pytorch_serve.py');

export const PYTORCH_ENGINE: ExportEngine = {
  name: 'pytorch',
  title: 'PyTorch',
  open: async (source) => {
    const python = findPython();
    if (python === undefined) {
      throw new UserError(
        'no Python with PyTorch was found: apt-get install python3-torch, or set PATCHBAY_PYTHON to an interpreter that has torch and numpy',
      );
    }
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-pytorch-'));
    try {
      await writeExportFolder(join(folder, 'package'), await PYTORCH.files(source), false);
      return await startPackage(python, folder, source);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  },
};

type Reply = { readonly ok: true } | { readonly ok: false; readonly error: string };

async function startPackage(python: string, folder: string, source: ExportSource): Promise<RunningExport> {
  const server = spawn(python, [SERVER, join(folder, 'package')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const reply = async (): Promise<void> => {
    const { done, value } = await lines.next();
    if (done) throw new UserError('PyTorch ended before it answered; its message stands above');
    const answer = JSON.parse(value) as Reply;
    if (!answer.ok) throw new UserError(`PyTorch: ${answer.error}`);
  };
  await reply();
  const ports = layerValues(source);
  const outputs = Object.keys(source.tree.root.outputs);
  return {
    names: [...outputs, ...ports.map(({ port }) => port)],
    run: async (inputs) => {
      const [given, results] = [join(folder, 'inputs.safetensors'), join(folder, 'outputs.safetensors')];
      await writeResults(given, [...inputs.values()], [], {});
      server.stdin.write(`${JSON.stringify({ inputs: given, outputs: results })}\n`);
      await reply();
      return readResults(results, outputs, ports);
    },
    dispose: async () => {
      server.stdin.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The outputs, and the ports of layers that were called once. */
async function readResults(
  file: string,
  outputs: readonly string[],
  ports: readonly LayerValue[],
): Promise<ReadonlyMap<string, ComputedTensor>> {
  const wanted = new Map([
    ...ports.map(({ port, layer, index }) => [`layer/${layer}/${index}`, port] as const),
    ...outputs.map((name) => [`output/${name}`, name] as const),
  ]);
  return withSafetensors(file, async (source, entries) => {
    const tensors = new Map<string, ComputedTensor>();
    for (const [entryName, name] of wanted) {
      const entry = entries.get(entryName);
      if (!entry) continue;
      const dtype = entry.dtype === 'BOOL' ? 'bool' : entry.dtype.startsWith('F') ? 'f32' : 'i32';
      const data = await readSafetensorAs(source, entry, dtype);
      tensors.set(name, { name, type: { dtype, shape: entry.shape }, data });
    }
    return tensors;
  });
}
