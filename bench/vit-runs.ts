/** Runs a plan again and again from its inputs, and says how long each run took; shared by the Node and Chromium benches. */
import type { Plan } from '../gpu/plan.ts';
import type { Engine } from '../gpu/runtime/engine.ts';
import { vitLeaf } from '../gpu/testing/vit-graph.ts';

/** Nothing that a run computes is kept for the next: only leaves are. */
export async function timeRuns(
  engine: Engine,
  plan: Plan,
  runs: number,
  print: (line: string) => void,
): Promise<number[]> {
  const { memory, steps, shaders, flops } = plan;
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  print(`${steps.length} steps, ${shaders.length} shaders, ${(flops / 1e9).toFixed(2)} GFLOP`);
  print(
    `arena ${megabytes(memory.arenaBytes)} = ${(memory.arenaBytes / memory.livePeakBytes).toFixed(3)} × what is alive at once`,
  );
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    engine.forgetResults();
    const { milliseconds, stepsRun } = await engine.run({ plan, leaf: vitLeaf });
    const note = run === 0 ? ' (compiles, draws and uploads)' : '';
    print(
      `run ${run}: ${milliseconds.toFixed(0)} ms, ${stepsRun} steps, ${(flops / milliseconds / 1e6).toFixed(2)} GFLOP/s${note}`,
    );
    if (run > 0) times.push(milliseconds);
  }
  return times;
}
