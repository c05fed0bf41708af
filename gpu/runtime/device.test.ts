/** What is asked of an adapter with matrices of subgroups, by Dawn's null backend, which lets a device have the feature. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { create } from 'webgpu';
import { adapterFacts, requestDevice } from './device.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const FEATURE = 'chromium-experimental-subgroup-matrix';

const CONFIGS = [
  { componentType: 'f16', resultComponentType: 'f16', M: 8, N: 8, K: 8 },
  { componentType: 'f16', resultComponentType: 'f32', M: 8, N: 16, K: 4 },
  { componentType: 'i8', resultComponentType: 'i32', M: 8, N: 8, K: 32 },
  { componentType: 'f32', resultComponentType: 'f32', M: 8, N: 8, K: 8 },
];

/** They go with their devices when they are collected. */
const opened: GPU[] = [];

/** The null backend's adapter, as if it had reported these. */
function gpuWith(configs: typeof CONFIGS, toggles: string[]): GPU {
  const gpu = create(['backend=null', ...toggles]);
  opened.push(gpu);
  const requestAdapter = async (): Promise<unknown> => {
    const adapter = (await gpu.requestAdapter())!;
    const { subgroupMinSize, subgroupMaxSize } = adapter.info;
    return {
      features: adapter.features,
      limits: adapter.limits,
      info: { vendor: 'null', subgroupMinSize, subgroupMaxSize, subgroupMatrixConfigs: configs },
      requestDevice: (descriptor: GPUDeviceDescriptor) => adapter.requestDevice(descriptor),
    };
  };
  return { wgslLanguageFeatures: gpu.wgslLanguageFeatures, requestAdapter } as unknown as GPU;
}

const UNSAFE = ['enable-dawn-features=allow_unsafe_apis'];

describe('matrices of subgroups', () => {
  test('are had where the adapter has them: those whose sums are f32', async () => {
    const { device, traits, fingerprint } = await requestDevice(gpuWith(CONFIGS, UNSAFE));
    expect(traits.matrices).toEqual([
      { operands: 'f16', rows: 8, columns: 16, depth: 4 },
      { operands: 'f32', rows: 8, columns: 8, depth: 8 },
    ]);
    expect(device.features.has(FEATURE)).toBe(true);
    // What was measured without them is measured anew.
    expect(fingerprint).toContain('subgroup matrices');
  });

  test.each([
    ['where it has none', [], UNSAFE],
    ['where nobody allowed them', CONFIGS, []],
  ])('are not asked for %s', async (_, configs, toggles) => {
    const { device, traits } = await requestDevice(gpuWith(configs, toggles));
    expect(traits.matrices).toBeUndefined();
    expect(device.features.has(FEATURE)).toBe(false);
  });

  test('are not asked for in Electron, where allowing them was not meant', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0.0.0 Electron/43.0.0' });
    const { device, traits, fingerprint } = await requestDevice(gpuWith(CONFIGS, UNSAFE));
    expect(traits.matrices).toBeUndefined();
    expect(device.features.has(FEATURE)).toBe(false);
    expect(fingerprint).not.toContain('subgroup matrices');
  });

  test('an adapter that knows nothing of them is named as before', () => {
    const info = { vendor: 'a', architecture: 'b', device: 'c', description: 'd' } as GPUAdapterInfo;
    expect(adapterFacts(info).fingerprint).toBe('a|b|c|d');
  });
});
