import { expect, test } from 'vitest';
import { diagnostics, type DiagnosticFacts } from './diagnostics.ts';

const FACTS: DiagnosticFacts = {
  version: '1.2.3',
  shell: [
    ['Electron', '45.0.0'],
    ['graphics', 'a card\nwith driver 5.1'],
  ],
  device: null,
  deviceNotice: null,
  memory: null,
  tuning: null,
  storage: 'f32',
  page: { devicePixelRatio: 2, innerWidth: 1440, innerHeight: 900, crossOriginIsolated: true },
  navigator: { userAgent: 'Mozilla/5.0', hardwareConcurrency: 8, language: 'en-GB' },
};

test('a fact is a line, whatever its value holds', () => {
  const lines = diagnostics(FACTS).trimEnd().split('\n');
  expect(lines).toContain('Patchbay    1.2.3');
  expect(lines).toContain('graphics    a card with driver 5.1');
  expect(lines).toContain('window      1440 × 900 at 2');
  expect(lines).toContain('device      none yet');
  expect(lines).toHaveLength(9);
});

test('a device comes with its limits, why it is not another, and the memory in use', () => {
  const limits = {
    maxStorageBufferBindingSize: 1,
    maxBufferSize: 2,
    maxComputeWorkgroupsPerDimension: 3,
    maxStorageBuffersPerShaderStage: 4,
    maxComputeInvocationsPerWorkgroup: 5,
    maxComputeWorkgroupStorageSize: 6,
    minStorageBufferOffsetAlignment: 7,
  };
  const text = diagnostics({
    ...FACTS,
    device: { kind: 'gpu', name: 'SwiftShader', software: true, limits, shaderF16: true },
    storage: 'f16',
    deviceNotice: 'the device was lost',
    tuning: {
      adapter: 'google|swiftshader',
      matmul: { thin: 'register 4x8', large: 'register 14x12' },
      clocks: { thin: 'timestamps' },
    },
    memory: { arenaBytes: 10, weightBytes: 20, pool: { bytes: 30, budget: 40 } },
  });
  expect(text).toMatch(/^device +SwiftShader \(gpu, software\)$/m);
  expect(text).toMatch(/^floats +stored as f16; shaders have f16$/m);
  expect(text).toMatch(/^notice +the device was lost$/m);
  for (const [name, value] of Object.entries(limits)) expect(text).toMatch(new RegExp(`^${name} +${value}$`, 'm'));
  expect(text).toMatch(/^memory +arena 10 B, weights 20 B, kept 30 of 40 B$/m);
  expect(text).toContain('fastest on google|swiftshader: thin: register 4x8 (timestamps), large: register 14x12 (?)\n');
});
