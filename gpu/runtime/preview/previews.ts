/** Previews of tensors, reduced on the device; a few KB come back. */
import type { PlanOutput } from '../../plan.ts';
import { DeviceFault } from '../errors.ts';
import type { StagingRing } from '../staging.ts';
import type { Preview, PreviewSpec } from '../types.ts';
import { MAX_SIDE, thumbnailGeometry, type ThumbnailGeometry } from './geometry.ts';
import {
  BINS,
  GEOMETRY_WORDS,
  PARTIAL_WORDS,
  PASSES,
  previewShader,
  RESULT,
  WALKERS,
  WORKGROUP,
  type Element,
  type Pass,
} from './shader.ts';

interface PassPipelines {
  /** Referenced, because Node's WebGPU does not survive a module that is collected early. */
  readonly module: GPUShaderModule;
  readonly passes: ReadonlyMap<Pass, GPUComputePipeline>;
}

const MAX_CELLS = MAX_SIDE * MAX_SIDE * 3;

export class Previews {
  readonly #device: GPUDevice;
  readonly #staging: StagingRing;
  readonly #layout: GPUBindGroupLayout;
  readonly #pipelines = new Map<Element, Promise<PassPipelines>>();
  readonly #partials: GPUBuffer;
  readonly #result: GPUBuffer;
  readonly #means: GPUBuffer;
  readonly #uniforms: GPUBuffer;

  constructor(device: GPUDevice, staging: StagingRing) {
    this.#device = device;
    this.#staging = staging;
    this.#layout = device.createBindGroupLayout({
      entries: (['read-only-storage', 'storage', 'storage', 'storage', 'uniform'] as const).map((type, binding) => {
        return { binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } };
      }),
    });
    const scratch = (words: number): GPUBuffer => {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      return device.createBuffer({ size: words * 4, usage });
    };
    this.#partials = scratch(PARTIAL_WORDS);
    this.#result = scratch(RESULT.codes + MAX_CELLS / 4);
    this.#means = scratch(MAX_CELLS);
    this.#uniforms = device.createBuffer({
      size: GEOMETRY_WORDS.length * 4,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }

  /** @param buffer Gives the buffer with the output's value when it is bound: by then, one given earlier may be destroyed. */
  async preview(output: PlanOutput, buffer: () => GPUBuffer, spec: PreviewSpec): Promise<Preview> {
    const { key, type } = output;
    const count = type.shape.reduce((product, size) => product * size, 1);
    const geometry = thumbnailGeometry(type.shape, spec);
    const cells = geometry.width * geometry.height * geometry.channels;
    const { passes } = await this.#passes(elementOf(output));
    const words = RESULT.codes + Math.ceil(cells / 4);
    const bytes = await this.#staging.read(this.#result, 0, words * 4, (encoder) => {
      this.#encode(encoder, passes, buffer(), count, geometry);
    });
    return unpack(bytes, key, type.shape, count, geometry);
  }

  /** Compiles what previews of this value take. */
  async warm(output: PlanOutput): Promise<void> {
    await this.#passes(elementOf(output));
  }

  destroy(): void {
    for (const buffer of [this.#partials, this.#result, this.#means, this.#uniforms]) buffer.destroy();
  }

  #encode(
    encoder: GPUCommandEncoder,
    passes: PassPipelines['passes'],
    buffer: GPUBuffer,
    count: number,
    geometry: ThumbnailGeometry,
  ): void {
    this.#device.queue.writeBuffer(this.#uniforms, 0, geometryWords(count, geometry));
    encoder.clearBuffer(this.#result, 0, RESULT.codes * 4);
    const group = this.#device.createBindGroup({
      layout: this.#layout,
      entries: [buffer, this.#partials, this.#result, this.#means, this.#uniforms].map((bound, binding) => {
        return { binding, resource: { buffer: bound } };
      }),
    });
    const pass = encoder.beginComputePass();
    pass.setBindGroup(0, group);
    for (const name of PASSES) {
      const invocations = invocationsOf(name, geometry);
      if (invocations === 0) continue;
      pass.setPipeline(passes.get(name)!);
      pass.dispatchWorkgroups(invocations === 1 ? 1 : Math.ceil(invocations / WORKGROUP));
    }
    pass.end();
  }

  #passes(element: Element): Promise<PassPipelines> {
    const known = this.#pipelines.get(element);
    if (known) return known;
    const made = this.#compile(element);
    this.#pipelines.set(element, made);
    return made;
  }

  async #compile(element: Element): Promise<PassPipelines> {
    const module = this.#device.createShaderModule({ code: previewShader(element), label: `preview ${element}` });
    const layout = this.#device.createPipelineLayout({ bindGroupLayouts: [this.#layout] });
    try {
      const pipelines = await Promise.all(
        PASSES.map((entryPoint) =>
          this.#device.createComputePipelineAsync({ layout, compute: { module, entryPoint } }),
        ),
      );
      return { module, passes: new Map(PASSES.map((name, index) => [name, pipelines[index]!])) };
    } catch (error) {
      throw new DeviceFault(
        `the preview's shader does not compile: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

/** The preview of a tensor without elements, for which nothing runs. */
export function emptyPreview({ key, type }: PlanOutput, spec: PreviewSpec): Preview {
  const words = new Uint8Array(4 * RESULT.codes);
  return unpack(words, key, type.shape, 0, thumbnailGeometry(type.shape, spec));
}

function invocationsOf(pass: Pass, { width, height, channels }: ThumbnailGeometry): number {
  const cells = width * height * channels;
  switch (pass) {
    case 'moments':
    case 'spread':
      return WALKERS;
    case 'combine_moments':
    case 'combine_spread':
      return 1;
    case 'cells':
      return cells;
    case 'rows':
      return cells === 0 ? 0 : height;
    case 'codes':
      return Math.ceil(cells / 4);
    default:
      return pass satisfies never;
  }
}

function geometryWords(count: number, geometry: ThumbnailGeometry): Uint32Array<ArrayBuffer> {
  const words: Record<(typeof GEOMETRY_WORDS)[number], number> = {
    count,
    base: geometry.base,
    source_width: geometry.sourceWidth,
    source_height: geometry.sourceHeight,
    stride_x: geometry.strideX,
    stride_y: geometry.strideY,
    stride_channel: geometry.strideChannel,
    inner: geometry.inner,
    places: geometry.places,
    width: geometry.width,
    height: geometry.height,
    channels: geometry.channels,
  };
  return Uint32Array.from(GEOMETRY_WORDS, (name) => words[name]);
}

/** What a shader reads a stored value as. */
function elementOf({ type: { dtype }, place }: PlanOutput): Element {
  if (place.storage === 'f16') return 'half';
  switch (dtype) {
    case 'i32':
      return 'i32';
    case 'bool':
      return 'u32';
    case 'f32':
    case 'f16':
      return 'f32';
    default:
      return dtype satisfies never;
  }
}

function unpack(
  bytes: Uint8Array,
  key: string,
  shape: readonly number[],
  count: number,
  { width, height, channels }: ThumbnailGeometry,
): Preview {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const float = (word: number): number => view.getFloat32(4 * word, true);
  const integer = (word: number): number => view.getUint32(4 * word, true);
  // Without a finite value there is no mean and no range.
  const known = (word: number, some: boolean): number => (some ? float(word) : NaN);
  const some = integer(RESULT.finite) > 0;
  const someCell = some && float(RESULT.cellMin) <= float(RESULT.cellMax) && width * height > 0;
  const codesAt = 4 * RESULT.codes;
  return {
    key,
    shape,
    statistics: {
      count,
      mean: known(RESULT.mean, some),
      standardDeviation: known(RESULT.standardDeviation, some),
      min: known(RESULT.min, some),
      max: known(RESULT.max, some),
      nonFinite: integer(RESULT.nonFinite),
    },
    histogram: Uint32Array.from({ length: BINS }, (_, bin) => integer(RESULT.histogram + bin)),
    thumbnail: {
      width,
      height,
      channels,
      codes: bytes.slice(codesAt, codesAt + width * height * channels),
      min: known(RESULT.cellMin, someCell),
      max: known(RESULT.cellMax, someCell),
    },
  };
}
