import { expect, test } from 'vitest';
import { describeShell } from './describe-shell.ts';

function shell(info: unknown) {
  return describeShell({
    getGPUInfo: () => Promise.resolve(info),
    getGPUFeatureStatus: () => ({ webgpu: 'enabled', vulkan: 'enabled_on', rasterization: 'x' }) as never,
  });
}

test('each card is a line with its driver', async () => {
  const gpuDevice = [
    { active: true, vendorId: 0x10de, deviceId: 0x2786, deviceString: 'RTX 4070', driverVersion: '550.1' },
    { vendorId: 0x8086, deviceId: 0x46, deviceString: '' },
  ];
  expect(await shell({ gpuDevice })).toEqual([
    ['Electron', expect.stringContaining(`Node ${process.versions.node}`)],
    ['system', expect.stringContaining(process.arch)],
    ['graphics', 'RTX 4070, 10de:2786, driver 550.1, in use'],
    ['graphics', 'unnamed, 8086:0046, driver unknown'],
    ['webgpu', 'enabled'],
    ['vulkan', 'enabled_on'],
  ]);
});

test('no card is no line', async () => {
  expect((await shell({})).filter(([name]) => name === 'graphics')).toEqual([]);
});
