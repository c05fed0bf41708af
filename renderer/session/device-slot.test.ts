import { afterEach, expect, test, vi } from 'vitest';
import { NoAdapterError } from '../../gpu/runtime/errors.ts';
import type { DeviceInfo } from '../../gpu/runtime/types.ts';
import { DEVICE } from '../testing/fake-session.ts';
import type { DeviceVerdict } from '../stores/remembered-device.ts';
import { DeviceSlot } from './device-slot.ts';
import type { Device, Program } from './device.ts';
import { PATIENCE_MILLISECONDS, type Adapter, type Devices } from './open-device.ts';

const never = new AbortController().signal;

afterEach(() => void vi.useRealTimers());

interface FakeDevice extends Device {
  readonly programs: readonly Program[];
  disposed: boolean;
}

/** A device whose runs take this many milliseconds, by its own word; `during` happens in each. */
function fakeDevice(kind: DeviceInfo['kind'], milliseconds: number, during = () => {}): FakeDevice {
  const programs: Program[] = [];
  const device: FakeDevice = {
    programs,
    disposed: false,
    info: { ...DEVICE, kind, name: kind },
    target: { kind: 'graph' },
    predict: () => null,
    warm: async () => undefined,
    run: async (program) => {
      programs.push(program);
      during();
      return { milliseconds, stepsTotal: 1, stepsRun: 1, timings: new Map(), pool: { bytes: 0, budget: 0 } };
    },
    profile: () => Promise.reject(new Error('the test measures nothing')),
    memory: () => ({ arenaBytes: 0, weightBytes: 0, pool: { bytes: 0, budget: 0 } }),
    tune: async () => false,
    preview: async () => null,
    read: async () => null,
    dispose: async () => void (device.disposed = true),
  };
  return device;
}

/** A machine with a software adapter and ONNX Runtime, and what the slot told of it. */
function machine(given: Partial<Devices> & { readonly verdict?: DeviceVerdict } = {}) {
  const { verdict, ...others } = given;
  const [cpu, measured, gpu] = [fakeDevice('cpu', 10), fakeDevice('cpu', 10), fakeDevice('gpu', 20)];
  const cpus = [cpu, measured].values();
  const told: (string | null)[] = [];
  const verdicts: DeviceVerdict[] = [];
  const slot = new DeviceSlot(
    { tuning: null, verdict: verdict ?? null, onLost: () => undefined },
    {
      opened: ({ device, notice }) => void told.push(device.info.name, notice),
      compared: (compared) => void verdicts.push(compared),
    },
    {
      adapter: async () => ({ fingerprint: 'swift', software: true }),
      cpu: async () => cpus.next().value!,
      gpu: async () => gpu,
      ...others,
    },
  );
  return { slot, cpu, measured, gpu, told, verdicts };
}

test('a software adapter nothing is known of makes way for the CPU, and is measured beside it', async () => {
  const { slot, cpu, measured, gpu, told, verdicts } = machine();
  await slot.choose('automatic');
  expect(told).toEqual(['cpu', null]);
  await slot.compare(never);
  expect(verdicts).toEqual([{ adapter: 'swift', faster: 'cpu' }]);
  expect(told).toEqual(['cpu', null]);
  expect([slot.device, gpu.disposed, cpu.disposed]).toEqual([cpu, true, false]);
  // What the user's device computed last stays what is looked at.
  expect([cpu.programs, measured.disposed]).toEqual([[], true]);
  // The same work on both, new each time, so that nothing is kept from one run to the next.
  expect(measured.programs).toEqual(gpu.programs);
  const works = measured.programs.map((program) =>
    JSON.stringify(program.kind === 'graph' && program.graph.operations),
  );
  expect(new Set(works).size).toBe(works.length);
  // It is known now.
  await slot.compare(never);
  expect(verdicts).toHaveLength(1);
});

test('an adapter that is faster computes from then on', async () => {
  const fast = fakeDevice('gpu', 5);
  const { slot, cpu, told, verdicts } = machine({ gpu: async () => fast });
  await slot.choose('automatic');
  await slot.compare(never);
  expect(verdicts).toEqual([{ adapter: 'swift', faster: 'gpu' }]);
  expect(told).toEqual(['cpu', null, 'gpu', null]);
  expect([slot.device, fast.disposed, cpu.disposed]).toEqual([fast, false, true]);
});

test.each<[what: string, verdict: DeviceVerdict, opened: string]>([
  ['faster, and is taken at once', { adapter: 'swift', faster: 'gpu' }, 'gpu'],
  ['slower, and is not measured again', { adapter: 'swift', faster: 'cpu' }, 'cpu'],
  ['another one', { adapter: 'lavapipe', faster: 'gpu' }, 'cpu'],
])('what was measured of an adapter holds: it was %s', async (_what, verdict, opened) => {
  const { slot, gpu, told, verdicts } = machine({ verdict });
  await slot.choose('automatic');
  expect(told).toEqual([opened, null]);
  await slot.compare(never);
  const isOther = verdict.adapter !== 'swift';
  expect(verdicts).toHaveLength(isOther ? 1 : 0);
  expect(gpu.programs.length > 0).toBe(isOther);
});

test('a real GPU is taken without a question', async () => {
  const { slot, told, verdicts } = machine({ adapter: async () => ({ fingerprint: 'real', software: false }) });
  await slot.choose('automatic');
  await slot.compare(never);
  expect([told, verdicts]).toEqual([['gpu', null], []]);
});

/** A machine whose adapter comes when `arrive` is called, after the CPU has taken its place. */
async function lateMachine() {
  vi.useFakeTimers();
  const { promise, resolve: arrive } = Promise.withResolvers<Adapter | null>();
  const late = machine({ adapter: () => promise });
  const choosing = late.slot.choose('automatic');
  await vi.advanceTimersByTimeAsync(PATIENCE_MILLISECONDS - 1);
  expect(late.told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await choosing;
  expect(late.told).toEqual(['cpu', null]);
  return { ...late, arrive };
}

test('the CPU does not wait for an adapter that is late, and a software one is measured all the same', async () => {
  const { slot, arrive, told, verdicts } = await lateMachine();
  await slot.compare(never);
  expect(verdicts).toEqual([]);
  arrive({ fingerprint: 'swift', software: true });
  await vi.runAllTimersAsync();
  await slot.compare(never);
  expect(verdicts).toEqual([{ adapter: 'swift', faster: 'cpu' }]);
  expect(told).toEqual(['cpu', null]);
});

test('a real GPU that is late takes over after what the CPU does, and is waited for from then on', async () => {
  const { slot, cpu, arrive, told, verdicts } = await lateMachine();
  const running = Promise.withResolvers<void>();
  slot.occupy(running.promise);
  arrive({ fingerprint: 'real', software: false });
  await vi.runAllTimersAsync();
  expect([cpu.disposed, told]).toEqual([false, ['cpu', null]]);
  running.resolve();
  await vi.runAllTimersAsync();
  expect([cpu.disposed, told]).toEqual([true, ['cpu', null, 'gpu', null]]);
  expect(verdicts).toEqual([{ adapter: 'real', faster: 'gpu' }]);

  const { promise, resolve } = Promise.withResolvers<Adapter | null>();
  const next = machine({ verdict: verdicts[0]!, adapter: () => promise });
  const choosing = next.slot.choose('automatic');
  await vi.advanceTimersByTimeAsync(10 * PATIENCE_MILLISECONDS);
  expect(next.told).toEqual([]);
  resolve({ fingerprint: 'real', software: false });
  await choosing;
  expect(next.told).toEqual(['gpu', null]);
});

test('an adapter that comes after another choice, or not at all, changes nothing', async () => {
  const chosen = await lateMachine();
  await chosen.slot.choose('reference');
  chosen.arrive({ fingerprint: 'real', software: false });
  const none = await lateMachine();
  none.arrive(null);
  await vi.runAllTimersAsync();
  expect([chosen.slot.device?.info.kind, none.slot.device?.info.kind]).toEqual(['reference', 'cpu']);
  expect([chosen.verdicts, none.verdicts]).toEqual([[], []]);
});

test('what is not there gives way to the next best, with the reason', async () => {
  const noAdapter = async () => {
    throw new NoAdapterError();
  };
  const withoutGpu = machine({ adapter: noAdapter, gpu: noAdapter });
  await withoutGpu.slot.choose('automatic');
  expect(withoutGpu.told).toEqual([
    'cpu',
    'There is no WebGPU adapter. The graph is computed on the CPU, by ONNX Runtime.',
  ]);
  const noWasm = async () => {
    throw new Error('WebAssembly is off');
  };
  const withNothing = machine({ adapter: noAdapter, gpu: noAdapter, cpu: noWasm });
  await withNothing.slot.choose('gpu');
  expect(withNothing.slot.device?.info.kind).toBe('reference');
  expect(withNothing.told[1]).toMatch(
    /^There is no WebGPU adapter\. ONNX Runtime cannot be used: WebAssembly is off\./,
  );
});

test('a choice made while it is measured wins, and a comparison that is stopped leaves the CPU', async () => {
  const choosing = machine({ cpu: async () => fakeDevice('cpu', 10, () => void choosing.slot.choose('gpu')) });
  await choosing.slot.choose('automatic');
  await choosing.slot.compare(never);
  expect(choosing.verdicts).toEqual([]);
  expect(choosing.told.at(-2)).toBe('gpu');

  const stop = new AbortController();
  const stopped = machine({ cpu: async () => fakeDevice('cpu', 10, () => stop.abort(new Error('an edit'))) });
  await stopped.slot.choose('automatic');
  await expect(stopped.slot.compare(stop.signal)).rejects.toThrow('an edit');
  expect([stopped.slot.device?.info.kind, stopped.gpu.disposed]).toEqual(['cpu', true]);
  expect(stopped.verdicts).toEqual([]);
});
