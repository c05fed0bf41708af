/** The command line of the bench. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HOSTS, type EngineRecord, type Host } from './engine.ts';
import { ENGINES } from './engines/registry.ts';
import { SCALES, type Scale, type WorkloadRecord } from './workload.ts';
import { WORKLOADS } from './workloads/registry.ts';

export interface Options {
  readonly host: Host;
  readonly driver: string | undefined;
  readonly engines: readonly EngineRecord[];
  readonly workloads: readonly WorkloadRecord[];
  /** Absent: what the adapter can do. */
  readonly scale: Scale | undefined;
  readonly rounds: number;
  readonly budget: number;
  readonly limit: number;
  /** Folder that results are kept in; absent: they are only printed. */
  readonly out: string | undefined;
}

/** Of RESULTS.md. */
const FOLDER = join(import.meta.dirname, '..');

export const USAGE = `npm run bench -- [options]
  --host node|chromium   where engines run; chromium is headless, on SwiftShader
  --driver NAME          node: swiftshader, lavapipe or the .json file of a Vulkan driver; absent: the system's
  --only WORKLOAD        may stand several times; ${WORKLOADS.map(({ name }) => name).join(', ')}
  --engine NAME          may stand several times; ${ENGINES.map(({ name }) => name).join(', ')}
  --rounds N             runs of each engine (9)
  --budget SECONDS       runs of an engine on a workload after which it gets no more of them (60)
  --limit SECONDS        what a single call may take (300)
  --scale NAME           ${SCALES.join(', ')}; absent: as the adapter is
  --quick                tiny workloads, two rounds: whether every engine works; nothing is kept
  --out FOLDER           where RESULTS.md and its numbers are kept (bench); \`--out -\` keeps nothing. With --engine only where it is given`;

/** @throws {Error} with what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: 'string', default: 'node' },
      driver: { type: 'string' },
      only: { type: 'string', multiple: true },
      engine: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      budget: { type: 'string' },
      limit: { type: 'string' },
      scale: { type: 'string' },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const { quick } = values;
  const host = oneOf(HOSTS, values.host, '--host');
  const scale = values.scale === undefined ? undefined : oneOf(SCALES, values.scale, '--scale');
  return {
    host,
    driver: values.driver,
    engines: enginesOf(values.engine, host),
    workloads: chosen(WORKLOADS, values.only, '--only'),
    scale: quick ? 'tiny' : scale,
    rounds: positive(values.rounds ?? (quick ? '2' : '9'), '--rounds'),
    budget: positive(values.budget ?? (quick ? '10' : '60'), '--budget'),
    limit: positive(values.limit ?? '300', '--limit'),
    out: folderOf(values.out, quick || values.engine !== undefined),
  };
}

/** Those asked for, or all but the optional ones. */
function enginesOf(asked: readonly string[] | undefined, host: Host): readonly EngineRecord[] {
  const all: readonly EngineRecord[] = ENGINES;
  const engines = asked === undefined ? all.filter(({ optional }) => !optional) : chosen(all, asked, '--engine');
  const here = engines.filter(({ hosts }) => hosts.includes(host));
  if (here.length === 0) throw new Error(`none of these engines runs in ${host}`);
  return here;
}

function chosen<T extends { readonly name: string }>(
  all: readonly T[],
  asked: readonly string[] | undefined,
  option: string,
): readonly T[] {
  if (asked === undefined) return all;
  const names = asked.flatMap((text) => text.split(','));
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`${option} ${unknown}: there are ${all.map(({ name }) => name).join(', ')}`);
  return all.filter(({ name }) => names.includes(name));
}

function oneOf<T extends string>(all: readonly T[], text: string, option: string): T {
  const found = all.find((one) => one === text);
  if (found === undefined) throw new Error(`${option} ${text}: write ${all.join(' or ')}`);
  return found;
}

function positive(text: string, option: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${option} ${text}: write a number above 0`);
  return number;
}

function folderOf(out: string | undefined, partial: boolean): string | undefined {
  if (out === '-') return undefined;
  return out ?? (partial ? undefined : FOLDER);
}
