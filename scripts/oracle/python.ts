/** Finds a Python interpreter that has PyTorch. */
import { spawnSync } from 'node:child_process';

/** Debian's own interpreter stands before the path's, where another one without PyTorch may come first. */
const CANDIDATES = ['/usr/bin/python3', 'python3', 'python'];

/** @returns the interpreter that can import torch and numpy, or undefined. PATCHBAY_PYTHON, where set, is the only candidate. */
export function findPython(): string | undefined {
  const chosen = process.env['PATCHBAY_PYTHON'];
  const has = (interpreter: string) => spawnSync(interpreter, ['-c', 'import numpy, torch']).status === 0;
  return (chosen === undefined ? CANDIDATES : [chosen]).find(has);
}
