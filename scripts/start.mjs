/** `npm start`: opens Patchbay, on a fresh clone too. */
import { handOver } from './bootstrap.mjs';

handOver('launch.ts');
