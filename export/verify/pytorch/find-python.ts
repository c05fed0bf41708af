/** Finds a Python interpreter that has PyTorch. Node only. */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Looks for the modules without importing them, which takes seconds. */
export const HAS_PYTORCH =
  'import importlib.util as u, sys; sys.exit(not (u.find_spec("torch") and u.find_spec("numpy")))';

/**
 * What may have PyTorch, the likely ones first: an environment that is active, the system's own, which stands before the
 * path's where another one without PyTorch may come first, and places that an application's path lacks.
 * PATCHBAY_PYTHON, where set, is the only candidate.
 */
export function pythonCandidates(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const chosen = environment['PATCHBAY_PYTHON'];
  if (chosen !== undefined) return [chosen];
  const inside = process.platform === 'win32' ? ['Scripts/python.exe', 'python.exe'] : ['bin/python'];
  const active = [environment['VIRTUAL_ENV'], environment['CONDA_PREFIX']].filter((path) => path !== undefined);
  const usual = ['miniconda3', 'anaconda3', 'miniforge3'].map((name) => join(homedir(), name));
  const of = (folders: readonly string[]) => folders.flatMap((folder) => inside.map((path) => join(folder, path)));
  return [
    ...of(active),
    '/usr/bin/python3',
    'python3',
    'python',
    '/usr/local/bin/python3',
    '/opt/homebrew/bin/python3',
    ...of(usual),
  ];
}

/** The first candidate that has torch and numpy, or undefined. */
export async function findPython(): Promise<string | undefined> {
  for (const candidate of pythonCandidates()) if (await hasPytorch(candidate)) return candidate;
  return undefined;
}

function hasPytorch(interpreter: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  execFile(interpreter, ['-c', HAS_PYTORCH], (error) => resolve(error === null));
  return promise;
}
