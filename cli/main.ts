#!/usr/bin/env node
/** What `npm run patchbay` starts, and `patchbay` where the package is installed. Compiled code is cached between calls, which halves the time until a command runs. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runProgram } = await import('./program.ts');
await runProgram(process.argv.slice(2));
