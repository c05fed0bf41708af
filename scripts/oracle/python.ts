/** Finds a Python interpreter that has PyTorch, at once. */
import { spawnSync } from 'node:child_process';
import { HAS_PYTORCH, pythonCandidates } from '../../export/verify/pytorch/find-python.ts';

/** @returns the interpreter that has torch and numpy, or undefined. PATCHBAY_PYTHON, where set, is the only candidate. */
export function findPython(): string | undefined {
  return pythonCandidates().find((interpreter) => spawnSync(interpreter, ['-c', HAS_PYTORCH]).status === 0);
}
