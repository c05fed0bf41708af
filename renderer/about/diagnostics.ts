/** What a report of a fault needs to say of the machine, as text to paste: nothing of documents, files or persons. */
import type { FloatStorage } from '../../gpu/ir/storage.ts';
import type { Tuning } from '../../gpu/plan.ts';
import type { DeviceInfo } from '../../gpu/runtime/types.ts';
import type { MemoryUse } from '../stores/run.ts';

/** A line's name and what it says. */
export type Fact = readonly [name: string, value: string];

export interface DiagnosticFacts {
  readonly version: string;
  /** Of the shell: versions, system, and where it knows them graphics cards and drivers. */
  readonly shell: readonly Fact[];
  readonly device: DeviceInfo | null;
  /** Why another device computes than was asked for. */
  readonly deviceNotice: string | null;
  readonly memory: MemoryUse | null;
  /** Which kernels were fastest on an adapter of this machine, the last that was measured. */
  readonly tuning: Tuning | null;
  /** What floats are in the memory of a GPU. */
  readonly storage: FloatStorage;
  readonly page: Pick<Window, 'devicePixelRatio' | 'innerWidth' | 'innerHeight' | 'crossOriginIsolated'>;
  readonly navigator: Pick<Navigator, 'userAgent' | 'hardwareConcurrency' | 'language'>;
}

export function diagnostics({
  version,
  shell,
  device,
  deviceNotice,
  memory,
  tuning,
  storage,
  page,
  navigator,
}: DiagnosticFacts): string {
  const facts: readonly Fact[] = [
    ['Patchbay', version],
    ...shell,
    ['page', navigator.userAgent],
    ['language', navigator.language],
    ['processors', String(navigator.hardwareConcurrency)],
    ['window', `${page.innerWidth} × ${page.innerHeight} at ${page.devicePixelRatio}`],
    ['isolated', page.crossOriginIsolated ? 'yes' : 'no'],
    ['device', device ? `${device.name} (${device.kind}${device.software ? ', software' : ''})` : 'none yet'],
    ...(deviceNotice === null ? [] : [['notice', deviceNotice] as const]),
    // What computes on the CPU has none worth the name.
    ...Object.entries(device?.kind === 'gpu' ? device.limits : {}).map(
      ([name, value]) => [name, String(value)] as const,
    ),
    ...(device?.kind === 'gpu' ? [['floats', floatsLine(device, storage)] as const] : []),
    ...(memory ? [['memory', memoryLine(memory)] as const] : []),
    ...(tuning ? [['kernels', kernelsLine(tuning)] as const] : []),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value.replace(/\s+/g, ' ')}\n`).join('');
}

function floatsLine({ shaderF16 }: DeviceInfo, storage: FloatStorage): string {
  return `stored as ${storage}; shaders ${shaderF16 ? 'have' : 'lack'} f16`;
}

/** Each class of shapes with the tile that won, and by which clock. */
function kernelsLine({ adapter, matmul, clocks }: Tuning): string {
  const winners = Object.entries(matmul).map(([shapes, tile]) => `${shapes}: ${tile} (${clocks?.[shapes] ?? '?'})`);
  return `fastest on ${adapter}: ${winners.join(', ')}`;
}

function memoryLine({ arenaBytes, weightBytes, pool }: MemoryUse): string {
  return `arena ${arenaBytes} B, weights ${weightBytes} B, kept ${pool.bytes} of ${pool.budget} B`;
}
