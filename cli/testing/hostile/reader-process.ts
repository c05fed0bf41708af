/** A process that reads what it is given, and says what that cost. Started by fork, with `--expose-gc`. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { HostileFormat } from './hostile-file.ts';
import { readHostile, type Reading } from './read.ts';

export interface Task {
  readonly format: HostileFormat;
  readonly bytes: Uint8Array;
}

export interface Cost {
  readonly reading: Reading;
  /** Of this process, over all its threads. */
  readonly cpuMs: number;
  /** What memory it held at most, beyond what it held before. */
  readonly peakBytes: number;
}

/** Linux keeps the peak of the resident set, and sets it anew when it is asked to. */
function peak(): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
}

process.on('message', ({ format, bytes }: Task) => {
  void (async () => {
    globalThis.gc?.();
    writeFileSync('/proc/self/clear_refs', '5');
    const before = { peak: peak(), cpu: process.cpuUsage() };
    const reading = await readHostile(format, bytes);
    const { user, system } = process.cpuUsage(before.cpu);
    const cost: Cost = { reading, cpuMs: (user + system) / 1000, peakBytes: peak() - before.peak };
    process.send!(cost);
  })();
});
process.send!('ready');
