/** What the device worker does: runs programs, one at a time, and shows what is watched of them. */
import { elementCount } from '../../gpu/ir/types.ts';
import { DeviceLostError, NoAdapterError } from '../../gpu/runtime/errors.ts';
import type { DeviceInfo, PreviewSpec } from '../../gpu/runtime/types.ts';
import type { Device, LeafName, Program, RunOptions } from './device.ts';
import { messageOf } from './message-of.ts';
import { DeviceSlot } from './device-slot.ts';
import { DEVICES } from './open-device.ts';
import type {
  CompilerToGpu,
  FromGpu,
  GpuToCompiler,
  ProgramId,
  RequestId,
  RunId,
  RunStage,
  ToGpu,
  WatchId,
} from './protocol.ts';
import { createRequests } from './requests.ts';
import type { TensorData } from './session-api.ts';

interface Watch {
  readonly port: string;
  readonly spec: PreviewSpec;
}

/** Long enough that somebody who edits is not in the way of a measurement, nor it in theirs. */
const IDLE_MILLISECONDS = 15_000;
/** Progress that is told more often is not seen. */
const PROGRESS_MILLISECONDS = 100;
/** Where the CPU draws the page too, every picture of the progress is taken from what it computes. */
const SOFTWARE_PROGRESS_MILLISECONDS = 500;

export class GpuHost {
  readonly #toMain: (message: FromGpu, transfer?: Transferable[]) => void;
  readonly #watches = new Map<WatchId, Watch>();
  readonly #leaves = createRequests<Uint8Array<ArrayBuffer>>();
  #compiler: MessagePort | null = null;
  #slot: DeviceSlot | null = null;
  /** What main was told of the device. */
  #told: DeviceInfo | null = null;
  #program: { readonly id: ProgramId; readonly program: Program } | null = null;
  #stop: AbortController | null = null;
  #warming: AbortController | null = null;
  #tuning: { readonly stop: AbortController; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  /** False until something was computed of the document that is open. */
  #hasValues = false;
  /** Rises with every run: frames of the one before are late, and dropped. */
  #generation = 0;
  /** A pointer that moves over a picture asks for many elements of one tensor. */
  #read: { readonly port: string; readonly generation: number; readonly tensor: Promise<TensorData | null> } | null =
    null;

  constructor(toMain: (message: FromGpu, transfer?: Transferable[]) => void) {
    this.#toMain = toMain;
  }

  receive(message: ToGpu): void {
    switch (message.kind) {
      case 'start':
        this.#start(message);
        return;
      case 'connect':
        this.#connect(message.compiler);
        return;
      case 'choose':
        this.#quiet();
        void this.#slot?.choose(message.choice);
        return;
      case 'run':
        void this.#run(message);
        return;
      case 'predict':
        this.#predict(message.request, message.program);
        return;
      case 'cancel':
        this.#stop?.abort();
        return;
      case 'forget':
        this.#generation++;
        this.#hasValues = false;
        return;
      case 'watch': {
        const watch = { port: message.port, spec: message.spec };
        this.#watches.set(message.watch, watch);
        void this.#show(message.watch, watch);
        return;
      }
      case 'unwatch':
        this.#watches.delete(message.watch);
        return;
      case 'read':
        void this.#answerTensor(message.request, message.port, message.index);
        return;
      case 'read-element':
        void this.#answerElement(message.request, message.port, message.index);
        return;
      default:
        message satisfies never;
    }
  }

  #start({ compiler, choice, tuning, verdict }: Extract<ToGpu, { kind: 'start' }>): void {
    this.#connect(compiler);
    this.#slot = new DeviceSlot(
      { tuning, verdict, onLost: (message) => this.#toMain({ kind: 'device-lost', message }) },
      {
        opened: ({ device, notice }) => {
          this.#quiet();
          this.#tellDevice(device, notice);
        },
        compared: (verdict) => this.#toMain({ kind: 'compared', verdict }),
      },
      DEVICES,
    );
    void this.#slot.choose(choice);
  }

  #connect(compiler: MessagePort): void {
    this.#compiler?.close();
    this.#compiler = compiler;
    this.#leaves.rejectAll(new Error('the compiler that had its numbers has stopped'));
    compiler.addEventListener('message', ({ data }: MessageEvent<CompilerToGpu>) => this.#fromCompiler(data));
    compiler.start();
  }

  get #device(): Device | null {
    return this.#slot?.device ?? null;
  }

  /** Ends whatever the device does; what it computed is not shown any more. */
  #quiet(): void {
    this.#stop?.abort();
    this.#warming?.abort();
    this.#stopTuning();
    this.#generation++;
    this.#hasValues = false;
  }

  #tellDevice(device: Device, notice: string | null): void {
    this.#told = device.info;
    this.#toMain({ kind: 'device', info: device.info, target: device.target, notice });
  }

  #fromCompiler(message: CompilerToGpu): void {
    switch (message.kind) {
      case 'program':
        this.#program = message;
        return;
      case 'warm':
        void this.#warm(message.program);
        return;
      case 'bytes':
        this.#leaves.resolve(message.request, message.bytes);
        return;
      case 'bytes-failed':
        this.#leaves.reject(message.request, new Error(message.message));
        return;
      default:
        message satisfies never;
    }
  }

  /** Until a run begins, which compiles what it needs in parallel. */
  async #warm(program: Program): Promise<void> {
    if (!this.#device || this.#stop) return;
    this.#warming?.abort();
    const stop = new AbortController();
    this.#warming = stop;
    try {
      await this.#device.warm(program, stop.signal);
    } catch (error) {
      // A run of it meets the same fault, and tells it.
      if (!stop.signal.aborted) console.warn(`Not made ready: ${messageOf(error)}`);
    }
  }

  #predict(request: RequestId, id: ProgramId): void {
    const program = this.#programOf(id);
    const seconds = this.#device && program ? this.#device.predict(program) : null;
    this.#toMain({ kind: 'prediction', request, seconds });
  }

  async #run({ run, program: id, profile: asked }: Extract<ToGpu, { kind: 'run' }>): Promise<void> {
    const device = this.#device;
    const program = this.#programOf(id);
    // Main asks only for what it was told of; a newer program has come meanwhile, and main will ask for that.
    if (!device || !program) {
      this.#toMain({ kind: 'cancelled', run });
      return;
    }
    this.#stop?.abort();
    this.#warming?.abort();
    this.#stopTuning();
    const stop = new AbortController();
    this.#stop = stop;
    const generation = ++this.#generation;
    const running = Promise.withResolvers<void>();
    this.#slot?.occupy(running.promise);
    try {
      const options: RunOptions = {
        signal: stop.signal,
        leaf: (leaf) => this.#askLeaf(id, leaf),
        onStage: this.#throttled(run, device.info),
      };
      const { report, profile } = asked
        ? await device.profile(program, { ...options, ...asked })
        : { report: await device.run(program, options), profile: undefined };
      if (generation === this.#generation) this.#hasValues = true;
      this.#toMain({
        kind: 'finished',
        run,
        report,
        memory: device.memory(program, report),
        ...(profile && { profile }),
      });
      // A device that was lost during the run has been replaced, perhaps by one of another kind.
      if (device.info !== this.#told) this.#tellDevice(device, null);
      for (const [id, watch] of this.#watches) {
        if (generation !== this.#generation) return;
        await this.#show(id, watch);
      }
      if (generation === this.#generation) this.#toMain({ kind: 'shown', run });
      this.#tuneWhenIdle(device);
    } catch (error) {
      if (stop.signal.aborted) this.#toMain({ kind: 'cancelled', run });
      else if (isGone(error)) this.#leaveGpu(run, error);
      else this.#toMain({ kind: 'run-failed', run, message: messageOf(error) });
    } finally {
      running.resolve();
    }
  }

  /** A GPU that does not come back, or that this graph takes away each time: the CPU computes from now on. */
  #leaveGpu(run: RunId, error: Error): void {
    this.#toMain({ kind: 'device-gone', run });
    const why = error instanceof DeviceLostError ? error.message : 'The GPU was lost, and does not come back';
    void this.#slot?.leaveGpu(why);
  }

  /** Measures kernels once nothing has been asked for a while; the next run ends it. */
  #tuneWhenIdle(device: Device): void {
    this.#stopTuning();
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const measuring = device
        .tune(stop.signal)
        .then((changed) => changed && this.#toMain({ kind: 'tuned', target: device.target }))
        .then(() => this.#slot?.compare(stop.signal));
      // It was ended, or the device was lost: it is begun again after the next run.
      measuring.catch(() => undefined);
    }, IDLE_MILLISECONDS);
    this.#tuning = { stop, timer };
  }

  #stopTuning(): void {
    clearTimeout(this.#tuning?.timer);
    this.#tuning?.stop.abort();
    this.#tuning = null;
  }

  /** Sends a preview, unless the value is not there, or it came too late. */
  async #show(id: WatchId, { port, spec }: Watch): Promise<void> {
    const generation = this.#generation;
    try {
      const preview = this.#hasValues ? await this.#device?.preview(port, spec) : null;
      if (preview && generation === this.#generation && this.#watches.has(id)) {
        this.#toMain({ kind: 'preview', watch: id, preview });
      }
    } catch (error) {
      this.#toMain({ kind: 'preview-failed', watch: id, message: messageOf(error) });
    }
  }

  async #answerTensor(request: RequestId, port: string, index: readonly number[]): Promise<void> {
    const reading = this.#hasValues ? this.#device?.read(port, index) : undefined;
    const tensor = await (reading ?? Promise.resolve(null)).catch(() => null);
    this.#toMain(tensor ? { kind: 'tensor', request, tensor } : { kind: 'no-value', request });
  }

  async #answerElement(request: RequestId, port: string, index: readonly number[]): Promise<void> {
    const tensor = await this.#readOnce(port);
    const offset = tensor && offsetOf(tensor.type.shape, index);
    const value = tensor && offset !== null ? tensor.data[offset] : undefined;
    this.#toMain(value === undefined ? { kind: 'no-value', request } : { kind: 'element', request, value });
  }

  /** The whole tensor, or null if it is not there or cannot be read. */
  #readOnce(port: string): Promise<TensorData | null> {
    const known = this.#read;
    if (known?.port === port && known.generation === this.#generation) return known.tensor;
    const reading = this.#hasValues ? this.#device?.read(port) : undefined;
    const tensor = (reading ?? Promise.resolve(null)).catch(() => null);
    this.#read = { port, generation: this.#generation, tensor };
    return tensor;
  }

  #askLeaf(program: ProgramId, { kind, name }: LeafName): Promise<Uint8Array<ArrayBuffer>> {
    const { request, answer } = this.#leaves.open();
    const question: GpuToCompiler = { kind: 'leaf', request, program, leaf: { kind, name } };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A port has no origin.
    this.#compiler!.postMessage(question);
    return answer;
  }

  #throttled(run: RunId, { software }: DeviceInfo): (stage: RunStage) => void {
    const pause = software ? SOFTWARE_PROGRESS_MILLISECONDS : PROGRESS_MILLISECONDS;
    let last = Number.NEGATIVE_INFINITY;
    return (stage) => {
      const now = performance.now();
      if (now - last < pause) return;
      last = now;
      this.#toMain({ kind: 'progress', run, stage });
    };
  }

  #programOf(id: ProgramId): Program | null {
    return this.#program?.id === id ? this.#program.program : null;
  }
}

function isGone(error: unknown): error is Error {
  return error instanceof NoAdapterError || error instanceof DeviceLostError;
}

/** Row-major; null if the index is not one of the tensor's. */
function offsetOf(shape: readonly number[], index: readonly number[]): number | null {
  if (index.length !== shape.length || elementCount(shape) === 0) return null;
  let offset = 0;
  for (const [axis, size] of shape.entries()) {
    const at = index[axis]!;
    if (!Number.isInteger(at) || at < 0 || at >= size) return null;
    offset = offset * size + at;
  }
  return offset;
}
