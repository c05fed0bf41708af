/** `--against pytorch`: the exported package, written to a folder, in a Python interpreter. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportEngine } from '../../export/verify/engine.ts';
import { packageFiles, runningPackage, type LoadedPackage } from '../../export/verify/pytorch.ts';
import { findPython } from '../../export/verify/pytorch/find-python.ts';
import { PACKAGE_FOLDER, PackageError, PackageProcess } from '../../export/verify/pytorch/package-process.ts';
import type { ExportSource } from '../../export/target.ts';
import { UserError } from '../errors.ts';
import { writeExportFolder } from '../export-folder.ts';
import { openSource } from '../files.ts';
import { writeAtomically } from '../write-files.ts';

export const PYTORCH_ENGINE: ExportEngine = {
  name: 'pytorch',
  title: 'PyTorch',
  open: async (source) => {
    const python = await findPython();
    if (python === undefined) {
      throw new UserError(
        'no Python with PyTorch was found: apt-get install python3-torch, or set PATCHBAY_PYTHON to an interpreter that has torch and numpy',
      );
    }
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-pytorch-'));
    try {
      return runningPackage(source, await load(python, folder, source));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw forUser(error);
    }
  },
};

async function load(python: string, folder: string, source: ExportSource): Promise<LoadedPackage> {
  await writeExportFolder(join(folder, PACKAGE_FOLDER), await packageFiles(source), false);
  const running = await PackageProcess.start(python, folder);
  const [inputs, outputs] = [join(folder, 'inputs.safetensors'), join(folder, 'outputs.safetensors')];
  return {
    run: async (pieces, read) => {
      await writeAtomically(inputs, pieces);
      await running.run(inputs, outputs).catch((error: unknown) => {
        throw forUser(error);
      });
      const file = await openSource(outputs);
      try {
        return await read(file);
      } finally {
        await file.close();
      }
    },
    dispose: async () => {
      await running.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function forUser(error: unknown): unknown {
  return error instanceof PackageError ? new UserError(error.message) : error;
}
