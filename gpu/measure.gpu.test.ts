/** How long plans take on this machine's adapter, by each of its clocks, and which kernels win. */
import { create } from 'webgpu';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { compile } from './compile.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Plan, PlanLeaf, Tuning } from './plan.ts';
import { Engine } from './runtime/engine.ts';
import { DeviceFault } from './runtime/errors.ts';
import { openNodeGpu } from './runtime/node-gpu.ts';
import { openTestEngine } from './testing/on-gpu.ts';
import { tuneEngine } from './tune-engine.ts';

let engine: Engine;
/** Where it stays referenced: an instance that is collected takes its process along. */
let coarse: GPU | undefined;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());
afterEach(() => vi.restoreAllMocks());

/** x·wᵀ with a square w. */
function productPlan(rows: number, width = 256): Plan {
  const builder = createBuilder();
  builder.origin = 'product';
  const leaf = (path: string, shape: number[]) =>
    builder.emit('weight', [], { path, key: `${path} ${shape.join(' ')}`, dtype: 'f32', shape });
  const product = builder.emit('linear', [leaf('x', [rows, width]), leaf('w', [width, width])]);
  builder.output('y', product, 'output');
  return compile(builder.build(), { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs' });
}

type Submit = (this: GPUQueue, buffers: Iterable<GPUCommandBuffer>) => undefined;

const zeros = ({ type }: PlanLeaf) =>
  Promise.resolve(new Uint8Array(4 * type.shape.reduce((product, size) => product * size, 1)));

/** An engine on the same adapter, which hides its timestamps. */
async function engineWithoutTimestamps(): Promise<Engine> {
  const gpu = await openNodeGpu();
  const requestAdapter = async (options?: GPURequestAdapterOptions): Promise<GPUAdapter> => {
    const adapter = (await gpu.requestAdapter(options))!;
    const features = new Set([...adapter.features].filter((feature) => feature !== 'timestamp-query'));
    return new Proxy(adapter, {
      get: (target, name) => {
        if (name === 'features') return features;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
  return Engine.create(
    new Proxy(gpu, {
      get: (target, name) =>
        name === 'requestAdapter' ? requestAdapter : (Reflect.get(target, name, target) as unknown),
    }),
  );
}

describe('the time of a plan', () => {
  test('is known by both clocks, and rises with its work', async () => {
    const [small, large] = [productPlan(16), productPlan(1024)];
    const options = { leaf: zeros, repeats: 3, shortest: 8 };
    const [less, more] = [await engine.measure(small, options), await engine.measure(large, options)];
    expect(more.submissions).toBeGreaterThan(4 * less.submissions);
    expect(more.timestamps).toBeGreaterThan(4 * less.timestamps!);
    // The way there and back is left out.
    expect(less.timestamps).toBeLessThan(less.submissions);
    expect(more.timestamps).toBeLessThan(more.submissions);
  });

  test('is of one run, however many a submission holds', async () => {
    const plan = productPlan(1, 64);
    const submit = vi.spyOn(GPUQueue.prototype, 'submit');
    const most = () => Math.max(...submit.mock.calls.map(([buffers]) => [...buffers].length));
    const once = await engine.measure(plan, { leaf: zeros, repeats: 3 });
    expect(most()).toBe(1);
    // As many as there may be, which is more than a command buffer has room for.
    const often = await engine.measure(plan, { leaf: zeros, repeats: 3, shortest: Number.POSITIVE_INFINITY });
    expect(most()).toBe(16);
    expect(often.submissions).toBeLessThan(100 * once.submissions);
    expect(often.timestamps).toBeLessThan(often.submissions);
  });

  test('is that of its submissions where there are no timestamps', async () => {
    const without = await engineWithoutTimestamps();
    const measured = await without.measure(productPlan(64), { leaf: zeros, repeats: 2, shortest: 8 });
    expect(measured).toEqual({ submissions: expect.any(Number) as number });
    expect(measured.submissions).toBeGreaterThan(0);
    await tuneUntil(without, 1);
    expect(without.tuning.clocks).toEqual({ thin: 'submissions' });
    without.dispose();
  });

  test('is told by a coarse clock where a submission is much longer than its steps', async () => {
    // As browsers have it: Dawn's steps are 2¹⁶ ns.
    coarse = create(['enable-dawn-features=timestamp_quantization']);
    const inBrowser = await Engine.create(coarse);
    const plan = productPlan(64);
    const fine = await engine.measure(plan, { leaf: zeros, repeats: 3, shortest: 8 });
    const long = await inBrowser.measure(plan, { leaf: zeros, repeats: 3, shortest: 8 });
    expect(long.timestamps).toBeGreaterThan(0.05 * fine.timestamps!);
    expect(long.timestamps).toBeLessThan(20 * fine.timestamps!);
    // Of a single run: not told, unless the machine is so busy that it takes long.
    const { timestamps = 0 } = await inBrowser.measure(productPlan(1, 64), { leaf: zeros, repeats: 3 });
    expect(Math.round(1e6 * timestamps) % 2 ** 16).toBe(0);
    inBrowser.dispose();
  });

  test('is nobody’s once it is given up, and the pool is as it was', async () => {
    const plan = productPlan(64);
    const stop = new AbortController();
    const submit = vi.spyOn(GPUQueue.prototype, 'submit').mockImplementationOnce(() => {
      stop.abort(new Error('enough'));
      return undefined;
    });
    const measuring = engine.measure(plan, { leaf: zeros, repeats: 3, signal: stop.signal });
    await expect(measuring).rejects.toThrow('enough');
    // The first, and what reads its timestamps.
    expect(submit).toHaveBeenCalledTimes(2);
    const { stepsRun, stepsTotal } = await engine.run({ plan, leaf: zeros });
    expect(stepsRun).toBe(stepsTotal);
  });

  test.each([1, 2, 3])(
    'is a fault where the device is lost, at submission %i; the next run has another',
    async (nth) => {
      const fresh = await openTestEngine();
      const submit = Object.getOwnPropertyDescriptor(GPUQueue.prototype, 'submit')!.value as Submit;
      let submissions = 0;
      vi.spyOn(GPUQueue.prototype, 'submit').mockImplementation(function (
        this: GPUQueue,
        buffers: Iterable<GPUCommandBuffer>,
      ) {
        submit.call(this, buffers);
        if (++submissions === nth) fresh.loseDevice();
        return undefined;
      });
      await expect(fresh.measure(productPlan(64), { leaf: zeros, repeats: 3 })).rejects.toThrow(DeviceFault);
      const { stepsRun, stepsTotal } = await fresh.run({ plan: productPlan(64), leaf: zeros });
      expect(stepsRun).toBe(stepsTotal);
      fresh.dispose();
    },
  );
});

/** Ends once so many classes of shapes are known: kernels in workgroup memory take software adapters seconds to compile. */
async function tuneUntil(engine: Engine, classes: number): Promise<void> {
  const stop = new AbortController();
  const measure = engine.measure.bind(engine);
  const spy = vi.spyOn(engine, 'measure').mockImplementation((plan, options) => {
    if (Object.keys(engine.tuning.matmul).length === classes) stop.abort(new Error('enough'));
    return measure(plan, options);
  });
  await expect(tuneEngine(engine, { signal: stop.signal })).rejects.toThrow('enough');
  spy.mockRestore();
}

describe('the kernels that won', () => {
  test('are known by timestamps, class by class: what was ended goes on where it was', async () => {
    const fresh = await openTestEngine();
    await tuneUntil(fresh, 1);
    const before = fresh.tuning;
    expect(before.clocks).toEqual({ thin: 'timestamps' });
    await tuneUntil(fresh, 2);
    expect(fresh.tuning.matmul).toMatchObject(before.matmul);
    expect(fresh.tuning.clocks).toEqual({ thin: 'timestamps', deep: 'timestamps' });
    fresh.dispose();
  });

  test('are kept for their adapter and driver alone', async () => {
    const classes = ['thin', 'deep', 'small', 'large'];
    const tuning: Tuning = {
      adapter: engine.fingerprint,
      matmul: Object.fromEntries(classes.map((name) => [name, 'register 4x4'])),
      clocks: Object.fromEntries(classes.map((name) => [name, 'timestamps'])),
    };
    const again = await openTestEngine({ tuning });
    const measure = vi.spyOn(again, 'measure');
    expect(await tuneEngine(again)).toMatchObject(tuning);
    expect(measure).not.toHaveBeenCalled();
    again.dispose();
    const other = await openTestEngine({ tuning: { ...tuning, adapter: `${tuning.adapter} of another version` } });
    expect(other.tuning.matmul).toEqual({});
    other.dispose();
    // Of what older versions kept nobody knows by which clock it was.
    const { clocks: _, ...old } = tuning;
    const older = await openTestEngine({ tuning: old });
    await expect(tuneEngine(older, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    older.dispose();
  });

  test('of a device that is lost meanwhile are those of the classes before', async () => {
    const fresh = await openTestEngine();
    const measure = fresh.measure.bind(fresh);
    vi.spyOn(fresh, 'measure').mockImplementation((plan, options) => {
      const measuring = measure(plan, options);
      if (Object.keys(fresh.tuning.matmul).length === 1) fresh.loseDevice();
      return measuring;
    });
    await expect(tuneEngine(fresh)).rejects.toThrow(DeviceFault);
    expect(Object.keys(fresh.tuning.matmul)).toEqual(['thin']);
    fresh.dispose();
  });
});
