/**
 * `npm run bench`: Patchbay beside ONNX Runtime, jax-js, TensorFlow.js and PyTorch on one machine and adapter, in turn.
 * `npm run bench -- --help` tells the options; what it keeps stands in bench/RESULTS.md.
 */
import { loadavg } from 'node:os';
import { findPython } from '../../scripts/oracle/python.ts';
import { contest, type ContestOptions, type Rates } from './contest.ts';
import { driverEnvironment } from './drivers.ts';
import type { EngineRecord } from './engine.ts';
import { nodeHost } from './hosts/node.ts';
import { openPython, type Python } from './hosts/python.ts';
import type { HostRunner, Remote } from './hosts/remote.ts';
import { installEngines } from './install.ts';
import { keep } from './keep.ts';
import { commitName, machineName, packageVersion } from './machine.ts';
import { readOptions, USAGE, type Options } from './options.ts';
import { referenceOf } from './reference.ts';
import { tableOf } from './report.ts';
import type { Results, Table } from './results.ts';
import type { Opened } from './thread.ts';
import { buildWorkload, type Scale } from './workload.ts';

/** Whether this is what `npm run bench:bundle` makes. */
const BUNDLED = import.meta.filename.endsWith('.js');

const say = (line: string): void => console.log(line);

const args = process.argv.slice(2);
if (args.includes('--help')) {
  say(USAGE);
  process.exit(0);
}
try {
  await bench(readOptions(args));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function bench(options: Options): Promise<void> {
  if (!BUNDLED) installEngines();
  const interpreter = findPython();
  const host = options.host === 'node' ? nodeHost(driverEnvironment(options.driver)) : await openChromium();
  const python = interpreter === undefined ? undefined : await openPython(interpreter);
  try {
    const adapter = await adapterOf(host);
    const scale = options.scale ?? (adapter.software ? 'software' : 'hardware');
    say(`${adapter.device} (${adapter.driver}); ${host.version}; ${machineName()}`);
    const tables: Table[] = [];
    for await (const table of tablesOf(options, scale, host, interpreter, python)) {
      say(`\n${tableOf(table).join('\n')}`);
      tables.push(table);
      // After each: a long bench may be stopped.
      if (options.out !== undefined) await keep(options.out, resultsOf(options, host, adapter, tables));
    }
  } finally {
    await python?.close();
    await host.close();
  }
}

async function* tablesOf(
  options: Options,
  scale: Scale,
  host: HostRunner,
  interpreter: string | undefined,
  python: Python | undefined,
): AsyncGenerator<Table> {
  const { rounds, budget, limit } = options;
  const contestOptions: ContestOptions = {
    scale,
    rounds,
    budget,
    limit,
    openRemote: (engine) => openRemote(engine, host, interpreter),
    versionOf,
    say,
  };
  const rates: Rates = new Map();
  for (const record of options.workloads) {
    if (record.scales && !record.scales.includes(scale)) continue;
    const [before] = loadavg() as [number];
    say(`${record.title} …`);
    const workload = await buildWorkload(record, scale);
    const reference = await referenceOf(workload, python);
    const { cells, comparedWith } = await contest(workload, options.engines, reference, rates, contestOptions);
    const { name, title, size, flops, bytes } = workload;
    yield {
      workload: name,
      title,
      size,
      scale,
      flops,
      ...(bytes !== undefined && { bytes }),
      reference: comparedWith,
      rounds,
      budget,
      date: new Date().toISOString().slice(0, 16).replace('T', ' '),
      load: [before, loadavg()[0]!],
      command: [BUNDLED ? 'node main.js' : 'npm run bench --', ...args].join(' '),
      cells,
    };
  }
}

async function openRemote(engine: EngineRecord, host: HostRunner, interpreter: string | undefined): Promise<Remote> {
  if (engine.in === 'script') return host.openRemote();
  if (interpreter === undefined) throw new Error('there is no Python with PyTorch (PATCHBAY_PYTHON names one)');
  return openPython(interpreter);
}

/** By Patchbay, which every host can open. Without an adapter the engines on the CPU are compared all the same. */
async function adapterOf(host: HostRunner): Promise<Opened> {
  const remote = await host.openRemote();
  try {
    return await remote.open('patchbay');
  } catch (error) {
    const driver = error instanceof Error ? error.message : String(error);
    return { device: 'no adapter', driver, software: true };
  } finally {
    await remote.close();
  }
}

function versionOf({ packages }: EngineRecord, { version }: Opened): string {
  if (version !== undefined) return version;
  return packages.length === 0 ? `Patchbay at ${commitName()}` : packages.map(packageVersion).join(', ');
}

function resultsOf(
  { host }: Options,
  { version }: HostRunner,
  { device, driver = '' }: Opened,
  tables: readonly Table[],
): Results {
  const [machine, commit] = [machineName(), commitName()];
  return { host, hostVersion: version, adapter: device, driver, machine, commit, tables };
}

async function openChromium(): Promise<HostRunner> {
  try {
    const { chromiumHost } = await import('./hosts/chromium.ts');
    return await chromiumHost();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error('--host chromium needs the repository: the bundle runs in Node alone', { cause: error });
  }
}
