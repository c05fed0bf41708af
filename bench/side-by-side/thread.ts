/** One engine in a process or worker of its own, and what the bench asks of it. */
import type { ComputedTensor } from '../../export/values.ts';
import { UnsupportedError, type Engine, type Facts, type Loaded } from './engine.ts';
import type { Scale } from './workload.ts';
import { workloadOf } from './workloads/registry.ts';

/** What an engine says of itself. */
export interface Opened {
  readonly device: string;
  readonly driver?: string;
  readonly software?: boolean;
  /** Of what it runs in, where the bench cannot know it. */
  readonly version?: string;
}

/** The first result: milliseconds from the model to it. */
export interface Started {
  readonly milliseconds: number;
  readonly facts: Facts;
}

/** Calls follow one another in this order; `run` as often as wanted. */
export interface EngineThread {
  open(engine: string): Promise<Opened>;
  /** Builds the workload and its numbers, and writes it as the engine takes it. */
  stage(workload: string, scale: Scale): Promise<void>;
  start(): Promise<Started>;
  /** Milliseconds of one run. */
  run(): Promise<number>;
  /** What the last run gave. */
  read(): Promise<readonly ComputedTensor[]>;
  /** Gives back what the model took. */
  drop(): Promise<void>;
}

/** A call as it goes from one process to another. */
export interface ThreadCall {
  readonly method: keyof EngineThread;
  readonly parameters: readonly unknown[];
}

/** An engine thread in this very process, of the engines that its host can open. */
export function serveThread(openers: Readonly<Record<string, () => Promise<Engine>>>): EngineThread {
  let engine: Engine | undefined;
  let load: (() => Promise<Loaded>) | undefined;
  let loaded: Loaded | undefined;
  let last: readonly ComputedTensor[] = [];
  return {
    open: async (name) => {
      const open = openers[name];
      if (!open) throw new UnsupportedError(`${name} cannot be opened on this host`);
      engine = await open();
      const { device, driver, software } = engine;
      return { device, ...(driver !== undefined && { driver }), ...(software !== undefined && { software }) };
    },
    stage: async (workload, scale) => {
      load = await engine!.stage(await workloadOf(workload, scale));
    },
    start: async () => {
      const begin = performance.now();
      loaded = await load!();
      last = await loaded.run();
      const milliseconds = performance.now() - begin;
      load = undefined;
      return { milliseconds, facts: loaded.facts };
    },
    run: async () => {
      const begin = performance.now();
      last = await loaded!.run();
      return performance.now() - begin;
    },
    read: () => Promise.resolve(last),
    drop: async () => {
      [load, last] = [undefined, []];
      await loaded?.dispose();
      loaded = undefined;
    },
  };
}

/** Carries out a call that came from elsewhere. */
export function carryOut(thread: EngineThread, { method, parameters }: ThreadCall): Promise<unknown> {
  const carry = thread[method] as (...given: readonly unknown[]) => Promise<unknown>;
  return carry(...parameters);
}

/** An engine thread somewhere else, by what carries calls there. */
export function remoteThread(send: (call: ThreadCall) => Promise<unknown>): EngineThread {
  return {
    open: (engine) => send({ method: 'open', parameters: [engine] }) as Promise<Opened>,
    stage: (workload, scale) => send({ method: 'stage', parameters: [workload, scale] }) as Promise<void>,
    start: () => send({ method: 'start', parameters: [] }) as Promise<Started>,
    run: () => send({ method: 'run', parameters: [] }) as Promise<number>,
    read: () => send({ method: 'read', parameters: [] }) as Promise<readonly ComputedTensor[]>,
    drop: () => send({ method: 'drop', parameters: [] }) as Promise<void>,
  };
}
