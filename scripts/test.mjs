/** `npm test`: every check, stage by stage, on a fresh clone too. */
import { handOver } from './bootstrap.mjs';

handOver('run-stages.ts');
