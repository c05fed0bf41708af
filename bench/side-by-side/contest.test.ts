/** The contest with engines that do as they are told. */
import { expect, test } from 'vitest';
import { contest, type ContestOptions } from './contest.ts';
import type { EngineRecord } from './engine.ts';
import type { Remote } from './hosts/remote.ts';
import type { Measured } from './results.ts';
import { workloadOf } from './workloads/registry.ts';

const OUTPUT = { name: 'y', type: { dtype: 'f32', shape: [2] } } as const;
const REFERENCE = { by: 'a test', outputs: new Map([['y', Float64Array.of(3, 4)]]) };

function engine(name: string): EngineRecord {
  return { name, title: name.toUpperCase(), hosts: ['node'], in: 'script', packages: [] };
}

interface Behaviour extends Partial<Remote> {
  /** Milliseconds that it says a run took. */
  readonly time?: number;
  readonly numbers?: readonly number[];
}

/** Engines by name; `log` has every call but those of memory. */
function remotes(behaviours: Readonly<Record<string, Behaviour>>, log: string[]): ContestOptions['openRemote'] {
  return ({ name }) => {
    const { time = 1, numbers = [3, 4], ...own } = behaviours[name]!;
    const remote: Remote = {
      open: () => Promise.resolve({ device: 'a device' }),
      stage: () => Promise.resolve(),
      start: () => Promise.resolve({ milliseconds: 10, facts: {} }),
      run: () => Promise.resolve(time),
      read: () => Promise.resolve([{ ...OUTPUT, data: Float32Array.from(numbers) }]),
      drop: () => Promise.resolve(),
      pids: () => Promise.resolve([process.pid]),
      close: () => Promise.resolve(),
      ...own,
    };
    const told = (method: 'run' | 'close' | 'start') => {
      const call = remote[method] as () => Promise<unknown>;
      return () => {
        log.push(`${name} ${method}`);
        return call();
      };
    };
    return Promise.resolve({ ...remote, run: told('run'), close: told('close'), start: told('start') } as Remote);
  };
}

async function compete(
  behaviours: Readonly<Record<string, Behaviour>>,
  options: Partial<ContestOptions> = {},
  rates = new Map<string, number>(),
) {
  const log: string[] = [];
  const workload = await workloadOf('matmul-192x768x768', 'tiny');
  const result = await contest(workload, Object.keys(behaviours).map(engine), REFERENCE, rates, {
    scale: 'tiny',
    rounds: 3,
    budget: 60,
    limit: 1,
    openRemote: remotes(behaviours, log),
    versionOf: () => '1.0',
    say: () => undefined,
    ...options,
  });
  return { ...result, log, rates };
}

test('engines are loaded one after the other and run in turn, each round begun by another', async () => {
  const { cells, log } = await compete({ a: {}, b: {} });
  expect(log).toEqual([
    'a start', 'b start', 'a run', 'b run', 'b run', 'a run', 'a run', 'b run', 'a close', 'b close',
  ]); // prettier-ignore
  expect(cells).toMatchObject([
    { kind: 'measured', engine: 'a', times: [1, 1, 1], first: 10, error: 0 },
    { kind: 'measured', engine: 'b', times: [1, 1, 1], first: 10, error: 0 },
  ]);
});

test('an engine that fails has a row with its reason, wherever it fails, and ends', async () => {
  const fail = (reason: string) => () => Promise.reject(new Error(`${reason}\nand a trace`));
  const { cells, log } = await compete({
    a: { open: fail('no adapter') },
    b: { start: fail('no such operator') },
    c: { run: fail('device lost') },
    d: { read: fail('buffer gone') },
    e: {},
  });
  expect(cells.map((cell) => (cell.kind === 'measured' ? 'measured' : cell.reason))).toEqual([
    'no adapter',
    'no such operator',
    'its run failed: device lost',
    'its results cannot be read: buffer gone',
    'measured',
  ]);
  for (const name of 'abcde') expect(log).toContain(`${name} close`);
  expect(log.filter((line) => line === 'c run')).toHaveLength(1);
});

test('an engine that does not answer is ended', async () => {
  const { cells } = await compete({ a: { start: () => new Promise(() => undefined) } }, { limit: 0.05 });
  expect(cells).toMatchObject([{ kind: 'not measured', reason: 'nothing came within 0.05 s' }]);
});

test('a slow engine has fewer runs, at least one', async () => {
  const { cells } = await compete({ slow: { time: 40_000 }, quick: {} }, { budget: 60 });
  expect(cells.map((cell) => (cell as Measured).times.length)).toEqual([2, 3]);
  expect((await compete({ slower: { time: 90_000 } })).cells).toMatchObject([{ times: [90_000] }]);
});

test('what would take longer than the limit at the best rate so far is not begun', async () => {
  const first = await compete({ a: { time: 0.1 } });
  const { flops } = await workloadOf('matmul-192x768x768', 'tiny');
  expect(first.rates.get('a')).toBeCloseTo(flops / 0.1);
  const slow = new Map([['a', flops / 400_000]]);
  const { cells, log } = await compete({ a: {} }, { limit: 300 }, slow);
  expect(cells).toMatchObject([
    { reason: 'a run would take about 400 s at its best rate so far, and 300 s is the limit' },
  ]);
  expect(log).toEqual([]);
});

test('results are compared with the reference', async () => {
  const { cells, comparedWith } = await compete({ right: {}, off: { numbers: [3, 5] }, short: { numbers: [3] } });
  expect(comparedWith).toBe('a test');
  expect(cells.map((cell) => (cell as Measured).error)).toEqual([0, 0.2, NaN]);
});
