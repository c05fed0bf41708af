/** One workload on all engines: each is loaded by itself, then they run in turn. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ComputedTensor } from '../../export/values.ts';
import type { EngineRecord } from './engine.ts';
import type { Remote } from './hosts/remote.ts';
import { watchMemory } from './memory.ts';
import { errorOf, type Reference } from './reference.ts';
import type { Cell } from './results.ts';
import type { Opened, Started } from './thread.ts';
import type { Scale, Workload } from './workload.ts';

export interface ContestOptions {
  readonly scale: Scale;
  readonly rounds: number;
  /** Seconds of runs after which an engine gets no more of them. */
  readonly budget: number;
  /** Seconds that a call may take. */
  readonly limit: number;
  readonly openRemote: (engine: EngineRecord) => Promise<Remote>;
  readonly versionOf: (engine: EngineRecord, opened: Opened) => string;
  readonly say: (line: string) => void;
}

/** FLOP per millisecond that engines have reached, by name: what would take too long is not begun. */
export type Rates = Map<string, number>;

/** Threads of the run before spin for a moment, and would take a core from the next. */
const PAUSE_MILLISECONDS = 100;
/** Whose results serve where there is no reference in float64. */
const STAND_INS = ['ort-node-cpu', 'ort-web-wasm', 'pytorch', 'patchbay-cpu'];

interface Contender {
  readonly engine: EngineRecord;
  readonly remote: Remote;
  readonly opened: Opened;
  readonly started: Started;
  readonly peak: () => number | undefined;
  readonly times: number[];
  peakBytes: number | undefined;
  results: readonly ComputedTensor[];
  fault: string | undefined;
}

/** @returns the cells in the order of the engines, and what their results were compared with. */
export async function contest(
  workload: Workload,
  engines: readonly EngineRecord[],
  reference: Reference | undefined,
  rates: Rates,
  options: ContestOptions,
): Promise<{ readonly cells: readonly Cell[]; readonly comparedWith: string }> {
  const contenders: Contender[] = [];
  const refused = new Map<string, string>();
  try {
    for (const engine of engines) {
      const entered = await enter(engine, workload, rates, options);
      if (typeof entered === 'string') refused.set(engine.name, entered);
      else contenders.push(entered);
      options.say(
        `  ${engine.title}: ${typeof entered === 'string' ? entered : `first result after ${entered.started.milliseconds.toFixed(0)} ms`}`,
      );
    }
    for (let round = 0; round < options.rounds; round++) {
      // Whoever comes after another finds the machine as that one left it: each round begins with another engine.
      const order = contenders.map((_, index) => contenders[(index + round) % contenders.length]!);
      for (const contender of order) await runOnce(contender, options);
    }
    for (const contender of contenders) await collect(contender, workload, rates, options);
  } finally {
    await Promise.all(contenders.map(({ remote }) => remote.close()));
  }
  const compared = reference ?? standIn(contenders);
  const cells = engines.map((engine): Cell => {
    const contender = contenders.find((candidate) => candidate.engine === engine);
    const reason = refused.get(engine.name) ?? contender?.fault;
    const { name, title } = engine;
    if (!contender || reason !== undefined) return { kind: 'not measured', engine: name, title, reason: reason! };
    return cellOf(contender, compared, options);
  });
  return { cells, comparedWith: compared?.by ?? 'nothing: no reference can be had' };
}

/** Opens the engine anew, loads the workload, and takes the first result; or the reason why not. */
async function enter(
  engine: EngineRecord,
  workload: Workload,
  rates: Rates,
  options: ContestOptions,
): Promise<Contender | string> {
  const { scale, limit } = options;
  const seconds = workload.flops / (rates.get(engine.name) ?? Infinity) / 1000;
  if (seconds > limit)
    return `a run would take about ${seconds.toFixed(0)} s at its best rate so far, and ${limit} s is the limit`;
  let remote: Remote | undefined;
  try {
    remote = await options.openRemote(engine);
    const opened = await within(limit, remote.open(engine.name));
    await within(limit, remote.stage(workload.name, scale));
    const peak = watchMemory(await remote.pids());
    const started = await within(limit, remote.start());
    return { engine, remote, opened, started, peak, times: [], peakBytes: peak(), results: [], fault: undefined };
  } catch (error) {
    await remote?.close();
    return messageOf(error);
  }
}

async function runOnce(contender: Contender, { budget, limit }: ContestOptions): Promise<void> {
  const { remote, times } = contender;
  const spent = times.reduce((sum, time) => sum + time, 0);
  if (contender.fault !== undefined || spent > budget * 1000) return;
  try {
    await pause(PAUSE_MILLISECONDS);
    times.push(await within(limit, remote.run()));
    if (times.length === 1) contender.peakBytes = contender.peak();
  } catch (error) {
    contender.fault = `its run failed: ${messageOf(error)}`;
    await remote.close();
  }
}

async function collect(
  contender: Contender,
  { flops }: Workload,
  rates: Rates,
  { limit }: ContestOptions,
): Promise<void> {
  if (contender.fault !== undefined) return;
  const { engine, remote, times } = contender;
  rates.set(engine.name, Math.max(rates.get(engine.name) ?? 0, flops / Math.min(...times)));
  try {
    contender.results = await within(limit, remote.read());
    await within(limit, remote.drop());
  } catch (error) {
    contender.fault = `its results cannot be read: ${messageOf(error)}`;
  }
}

function standIn(contenders: readonly Contender[]): Reference | undefined {
  const found = STAND_INS.map((name) =>
    contenders.find(({ engine, fault }) => engine.name === name && fault === undefined),
  );
  const [first] = found.filter((contender) => contender !== undefined);
  if (!first) return undefined;
  return {
    by: `${first.engine.title}, in float32`,
    outputs: new Map(first.results.map(({ name, data }) => [name, data])),
  };
}

function cellOf(
  { engine, opened, started, times, peakBytes, results }: Contender,
  reference: Reference | undefined,
  { versionOf }: ContestOptions,
): Cell {
  return {
    kind: 'measured',
    engine: engine.name,
    title: engine.title,
    device: opened.device,
    version: versionOf(engine, opened),
    times,
    first: started.milliseconds,
    facts: started.facts,
    ...(peakBytes !== undefined && { peakBytes }),
    ...(reference && { error: errorOf(results, reference) }),
  };
}

/** @throws {Error} where the call takes longer; the caller ends the process. */
async function within<T>(seconds: number, call: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = pause(seconds * 1000, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`nothing came within ${seconds} s`);
  });
  // What loses the race is nobody's concern.
  late.catch(() => undefined);
  call.catch(() => undefined);
  try {
    return await Promise.race([call, late]);
  } finally {
    timer.abort();
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
