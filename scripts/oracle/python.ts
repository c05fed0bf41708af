/** Finds a Python interpreter that has PyTorch. */
import { spawnSync } from 'node:child_process';

/** Debian's own interpreter stands before the path's, where another one without PyTorch may come first. */
const CANDIDATES = ['/usr/bin/python3', 'python3', 'python'];

/** Looks for the modules without importing them, which takes seconds. */
const HAS_PYTORCH = 'import importlib.util as u, sys; sys.exit(not (u.find_spec("torch") and u.find_spec("numpy")))';

/** @returns the interpreter that has torch and numpy, or undefined. PATCHBAY_PYTHON, where set, is the only candidate. */
export function findPython(): string | undefined {
  const chosen = process.env['PATCHBAY_PYTHON'];
  const has = (interpreter: string) => spawnSync(interpreter, ['-c', HAS_PYTORCH]).status === 0;
  return (chosen === undefined ? CANDIDATES : [chosen]).find(has);
}
