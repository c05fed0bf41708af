/** Every command, in the order of the usage; loaded when it is called, so that none waits for what another needs. */
import type { Command } from './command.ts';

export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./commands/check.ts')).check,
  shapes: async () => (await import('./commands/shapes.ts')).shapes,
  import: async () => (await import('./commands/import.ts')).importCommand,
  weights: async () => (await import('./commands/weights.ts')).weights,
  run: async () => (await import('./commands/run.ts')).run,
  generate: async () => (await import('./commands/generate.ts')).generate,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  verify: async () => (await import('./commands/verify.ts')).verify,
  compare: async () => (await import('./commands/compare.ts')).compare,
  ir: async () => (await import('./commands/ir.ts')).ir,
  profile: async () => (await import('./commands/profile.ts')).profile,
  plan: async () => (await import('./commands/plan.ts')).plan,
};
