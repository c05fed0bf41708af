/**
 * Runs a model that Patchbay exported: reads model.json, compiles its shaders, uploads weights.bin, and computes.
 *
 *     const model = await load('.');
 *     const { logits } = await model.run({ pixel_values: new Float32Array(…) });
 *
 * The plan is plain data: buffers, and steps that each bind parts of them to one shader.
 */

/** Uniform blocks begin at multiples of this on every adapter. */
const ALIGNMENT = 256;
/** An adapter that computes on the CPU would let the page freeze behind a long queue. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|software/i;

/**
 * @param folder Where model.json lies.
 * @param onProgress Told what is being done, in a few words.
 */
export async function load(folder, onProgress = () => {}) {
  if (!navigator.gpu) throw new Error('This browser has no WebGPU.');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('There is no WebGPU adapter.');
  const device = await adapter.requestDevice();
  const { vendor, architecture, description } = adapter.info;
  const waits = SOFTWARE.test(`${vendor} ${architecture} ${description}`);

  const plan = await (await fetched(`${folder}/model.json`)).json();
  onProgress(`compiling ${plan.shaders.length} shaders`);
  const uniformLayout = layoutOf(device, [{ type: 'uniform', hasDynamicOffset: true }]);
  const shaders = await Promise.all(
    plan.shaders.map(async ({ file, access }) => {
      const layout = layoutOf(
        device,
        access.map((kind) => ({ type: kind === 'read' ? 'read-only-storage' : 'storage' })),
      );
      const module = device.createShaderModule({
        code: await (await fetched(`${folder}/${file}`)).text(),
        label: file,
      });
      const pipeline = await device.createComputePipelineAsync({
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout, uniformLayout] }),
        compute: { module, entryPoint: 'main' },
        label: file,
      });
      return { layout, pipeline };
    }),
  );

  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers = plan.buffers.map((size) => device.createBuffer({ size, usage }));
  const { words, offsets } = uniformBlocks(plan.steps);
  const uniforms = device.createBuffer({
    size: Math.max(words.byteLength, ALIGNMENT),
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(uniforms, 0, words);
  const uniformGroup = device.createBindGroup({
    layout: uniformLayout,
    entries: [{ binding: 0, resource: { buffer: uniforms, size: blockSize(plan.steps) } }],
  });
  const groups = plan.steps.map(
    (step) => step.bind && bindGroup(device, shaders[step.shader].layout, buffers, step.bind),
  );

  await upload(device, buffers, plan, `${folder}/weights.bin`, onProgress);

  const encode = (encoder, step, index) => {
    if (step.copy) {
      const [[from, fromAt, bytes], [to, toAt]] = step.copy;
      encoder.copyBufferToBuffer(buffers[from], fromAt, buffers[to], toAt, bytes);
    } else if (step.clear) {
      const [buffer, at, bytes] = step.clear;
      encoder.clearBuffer(buffers[buffer], at, bytes);
    } else {
      const pass = encoder.beginComputePass();
      pass.setPipeline(shaders[step.shader].pipeline);
      pass.setBindGroup(0, groups[index]);
      pass.setBindGroup(1, uniformGroup, [offsets[index]]);
      pass.dispatchWorkgroups(...step.groups);
      pass.end();
    }
  };

  let turn = Promise.resolve();
  const run = async (values) => {
    for (const [name, data] of Object.entries(values)) give(device, buffers, plan.inputs, name, data);
    for (const [index, step] of plan.steps.entries()) {
      const encoder = device.createCommandEncoder();
      encode(encoder, step, index);
      device.queue.submit([encoder.finish()]);
      if (waits) await device.queue.onSubmittedWorkDone();
    }
    const read = plan.outputs.map(async (output) => [output.name, await readBack(device, buffers, output)]);
    return Object.fromEntries(await Promise.all(read));
  };
  return {
    ...plan,
    device: description || [vendor, architecture].filter(Boolean).join(' ') || 'WebGPU',
    /** Computes every output; inputs that are not given keep what they had. Runs follow one another. */
    run: (values = {}) => {
      const next = turn.then(() => run(values));
      turn = next.catch(() => {});
      return next;
    },
    /** What an input has now. */
    input: (name) =>
      readBack(
        device,
        buffers,
        plan.inputs.find((input) => input.name === name),
      ),
  };
}

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

function layoutOf(device, kinds) {
  const entries = kinds.map((buffer, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer }));
  return device.createBindGroupLayout({ entries });
}

function bindGroup(device, layout, buffers, spans) {
  const entries = spans.map(([buffer, offset, size], binding) => {
    return { binding, resource: { buffer: buffers[buffer], offset, size: Math.max(size, 4) } };
  });
  return device.createBindGroup({ layout, entries });
}

/** Bytes that the largest block takes. */
function blockSize(steps) {
  const largest = Math.max(4, ...steps.map(({ words }) => (words ? 4 * words.length : 0)));
  return Math.ceil(largest / ALIGNMENT) * ALIGNMENT;
}

/** The uniform words of all steps, and where each step's begin. */
function uniformBlocks(steps) {
  const stride = blockSize(steps);
  const words = new Uint32Array((steps.length * stride) / 4);
  const offsets = steps.map((step, index) => {
    words.set(step.words ?? [], (index * stride) / 4);
    return index * stride;
  });
  return { words, offsets };
}

/** Streams the data file into the buffers, so that it is never in memory as a whole. */
async function upload(device, buffers, plan, url, onProgress) {
  const tensors = [...plan.inputs, ...plan.weights].toSorted((a, b) => a.at - b.at);
  const total = tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const reader = (await fetched(url)).body.getReader();
  let pending = new Uint8Array(0);
  let done = 0;
  let next = 0;
  let filled = 0;
  while (next < tensors.length) {
    const tensor = tensors[next];
    const bytes = bytesOf(tensor);
    const take = Math.min(pending.length & ~3, bytes - filled);
    if (take > 0) {
      device.queue.writeBuffer(buffers[tensor.buffer], filled, pending, 0, take);
      pending = pending.subarray(take);
      filled += take;
      done += take;
    }
    if (filled === bytes) {
      next++;
      filled = 0;
      continue;
    }
    if (take > 0) continue;
    const chunk = await reader.read();
    if (chunk.done) throw new Error(`${url} ends after ${done} of ${total} bytes.`);
    const joined = new Uint8Array(pending.length + chunk.value.length);
    joined.set(pending);
    joined.set(chunk.value, pending.length);
    pending = joined;
    onProgress(`reading weights, ${Math.round((100 * done) / total)} %`);
  }
}

function give(device, buffers, inputs, name, data) {
  const input = inputs.find((candidate) => candidate.name === name);
  if (!input) throw new Error(`There is no input ${name}; there are ${inputs.map((one) => one.name).join(', ')}.`);
  const words = input.dtype === 'f32' ? Float32Array.from(data) : Int32Array.from(data, Number);
  if (words.byteLength !== bytesOf(input)) {
    throw new Error(`${name} has ${words.length} numbers; [${input.shape.join(', ')}] takes ${bytesOf(input) / 4}.`);
  }
  device.queue.writeBuffer(buffers[input.buffer], 0, words);
}

async function readBack(device, buffers, tensor) {
  const bytes = bytesOf(tensor);
  const Numbers = { f32: Float32Array, i32: Int32Array, bool: Uint32Array }[tensor.dtype];
  if (bytes === 0) return new Numbers(0);
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffers[tensor.buffer], 0, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const data = new Numbers(staging.getMappedRange().slice(0));
  staging.destroy();
  return data;
}

function bytesOf({ shape }) {
  return 4 * shape.reduce((product, size) => product * size, 1);
}
