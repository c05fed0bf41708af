/** Compute pipelines, made asynchronously and in parallel, each WGSL text once per device. */
import type { Access, Plan, PlanShader } from '../plan.ts';
import { DeviceFault } from './errors.ts';

/** What a dispatch binds: storage buffers and textures at group 0, the uniform block at group 1 with a dynamic offset. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly storageLayout: GPUBindGroupLayout;
  /** Stays referenced: in Node, a module that is collected while its pipeline compiles takes the process with it. */
  readonly module: GPUShaderModule;
}

/** For each binding of group 0, in order. */
export type AccessPattern = readonly Access[];

/** Of f32, which not every adapter can filter. */
const TEXTURE = { texture: { sampleType: 'unfilterable-float' } } as const;

export class Pipelines {
  readonly uniformLayout: GPUBindGroupLayout;
  readonly #device: GPUDevice;
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #pipelines = new Map<string, Promise<Pipeline>>();

  constructor(device: GPUDevice) {
    this.#device = device;
    this.uniformLayout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform', hasDynamicOffset: true } },
      ],
    });
  }

  /** @throws {DeviceFault} with the compiler's message if the text is no valid WGSL. */
  get(shader: Pick<PlanShader, 'wgsl' | 'label'>, access: AccessPattern): Promise<Pipeline> {
    const known = this.#pipelines.get(shader.wgsl);
    if (known) return known;
    const made = this.#make(shader, access);
    this.#pipelines.set(shader.wgsl, made);
    return made;
  }

  async #make({ wgsl, label }: Pick<PlanShader, 'wgsl' | 'label'>, access: AccessPattern): Promise<Pipeline> {
    const storageLayout = this.#layout(access);
    const module = this.#device.createShaderModule({ code: wgsl, label });
    try {
      const pipeline = await this.#device.createComputePipelineAsync({
        label,
        layout: this.#device.createPipelineLayout({ bindGroupLayouts: [storageLayout, this.uniformLayout] }),
        compute: { module, entryPoint: 'main' },
      });
      return { pipeline, storageLayout, module };
    } catch (error) {
      throw new DeviceFault(`${label} does not compile: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #layout(access: AccessPattern): GPUBindGroupLayout {
    const key = access.join();
    const known = this.#layouts.get(key);
    if (known) return known;
    const layout = this.#device.createBindGroupLayout({
      entries: access.map((kind, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        ...(kind === 'texels' ? TEXTURE : { buffer: { type: kind === 'read' ? 'read-only-storage' : 'storage' } }),
      })),
    });
    this.#layouts.set(key, layout);
    return layout;
  }
}

/** The access pattern of each of the plan's shaders, as its first dispatch binds it. */
export function accessPatterns(plan: Plan): AccessPattern[] {
  const patterns: AccessPattern[] = [];
  for (const step of plan.steps) {
    if (step.kind === 'dispatch') {
      patterns[step.shader] = step.bindings.map(({ access }) => access);
    }
  }
  return patterns;
}
