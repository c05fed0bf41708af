/** What a report of a fault needs to know of the shell: versions, the system, graphics cards and their drivers. */
import { arch, release, type } from 'node:os';
import { z } from 'zod';
import type { App } from 'electron';

/** Of what Electron tells; it says itself that fields vary by system. */
const gpuInfo = z.object({
  gpuDevice: z
    .array(
      z.object({
        active: z.boolean().optional(),
        vendorId: z.number(),
        deviceId: z.number(),
        deviceString: z.string().optional(),
        driverVendor: z.string().optional(),
        driverVersion: z.string().optional(),
      }),
    )
    .default([]),
});

type Card = z.infer<typeof gpuInfo>['gpuDevice'][number];

/** Lines of name and value. */
export async function describeShell(
  app: Pick<App, 'getGPUInfo' | 'getGPUFeatureStatus'>,
): Promise<readonly (readonly [string, string])[]> {
  const { electron, chrome, node } = process.versions;
  const { gpuDevice: cards } = gpuInfo.parse(await app.getGPUInfo('complete'));
  const features = Object.entries(app.getGPUFeatureStatus()).filter(([name]) => /webgpu|vulkan/.test(name));
  return [
    ['Electron', `${electron}, Chromium ${chrome}, Node ${node}`],
    ['system', `${type()} ${release()}, ${arch()}`],
    ...cards.map((card) => ['graphics', cardLine(card)] as const),
    ...features.map(([name, status]) => [name, String(status)] as const),
  ];
}

function cardLine({ active, vendorId, deviceId, deviceString, driverVendor, driverVersion }: Card): string {
  const driver = [driverVendor, driverVersion].filter(Boolean).join(' ');
  return [
    deviceString || 'unnamed',
    `${hex(vendorId)}:${hex(deviceId)}`,
    driver ? `driver ${driver}` : 'driver unknown',
    ...(active ? ['in use'] : []),
  ].join(', ');
}

function hex(id: number): string {
  return id.toString(16).padStart(4, '0');
}
