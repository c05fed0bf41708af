/** The Node bench's work in a browser's worker, where the application does it. Its name is the number of runs. */
import { compile } from '../../gpu/compile.ts';
import { Engine } from '../../gpu/runtime/engine.ts';
import { NOTEBOOK_SIZES, vitGraph } from '../../gpu/testing/vit-graph.ts';
import { timeRuns } from '../vit-runs.ts';

const print = (line: string): void => postMessage(line);

async function bench(): Promise<void> {
  const engine = await Engine.create(navigator.gpu);
  print(`${engine.info.name}, ${navigator.userAgent}`);
  const limits = engine.info.limits;
  const plan = compile(vitGraph(NOTEBOOK_SIZES), { limits, tuning: engine.tuning, keep: 'outputs' });
  await timeRuns(engine, plan, Number(self.name), print);
  engine.dispose();
}

bench().then(
  () => print('done'),
  (error: unknown) => print(`failed: ${String(error)}`),
);
