/** Mesa's Vulkan driver that runs on any CPU: slower to compile than SwiftShader, and its shaders have f16. */
import { tmpdir } from 'node:os';

/** What a process has in its environment that computes on it. */
export const LAVAPIPE = {
  VK_DRIVER_FILES: '/usr/share/vulkan/icd.d/lvp_icd.json',
  XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] ?? tmpdir(),
} as const;
