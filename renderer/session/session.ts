/**
 * The session: owns the compile worker and the GPU worker, and decides when the graph runs. An edit cancels the run;
 * 150 ms after the last edit the graph is compiled, and in live mode runs if it is predicted to take less than a second.
 */
import type { PortPath } from '../../graph/instance.ts';
import type { PreviewSpec } from '../../gpu/runtime/types.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import type { DeviceChoice } from '../stores/remembered-device.ts';
import { isBusy } from '../stores/run.ts';
import { Guest, type GuestRequest } from './guest.ts';
import { createQueue } from './queue.ts';
import { messageOf } from './message-of.ts';
import type { LoadPictures } from './pictures.ts';
import { PreviewHub } from './preview-hub.ts';
import type { FromCompiler, FromGpu, ProgramId, ProgramSummary, RunId, Target } from './protocol.ts';
import { createRequests } from './requests.ts';
import { isRun, type Reason } from './run-reasons.ts';
import { ValueUnavailableError, type PreviewListener, type SessionApi, type TensorData } from './session-api.ts';
import type { Measured, SessionStores } from './session-surroundings.ts';
import { StatusDisplay, statusOf } from './status-display.ts';
import { tapsOf } from './taps.ts';
import type { SessionThreads } from './threads.ts';
import { Timings } from './timings.ts';

/** A pause in typing or scrubbing. */
export const SETTLE_MILLISECONDS = 150;
/** What the GPU worker answers to a question with a number. */
type GpuAnswer = Extract<FromGpu, { readonly request: number }>;

export class Session implements SessionApi {
  readonly #stores: SessionStores;
  readonly #threads: SessionThreads;
  readonly #loadPictures: LoadPictures;
  readonly #measured: Measured;
  readonly #hub: PreviewHub;
  readonly #status: StatusDisplay;
  readonly #questions = createRequests<GpuAnswer>();
  readonly #guest: Guest;
  /** The guest waits for what the editor is computing. */
  readonly #queue = createQueue(() => this.#isBusy());
  readonly #stops: readonly (() => void)[];

  #target: Target | null = null;
  /** Waits for the device. */
  #warmNext: PatchbayDocument | null = null;
  /** The last program that was asked for. */
  #program: ProgramId = 0;
  /** The program that the GPU worker holds, if it is the one asked for. */
  #compiled: ProgramSummary | null = null;
  #lastRun: RunId = 0;
  #running: RunId | null = null;
  #valuesOf = 0;
  /** What asks for the next compilation; empty if nothing does. */
  readonly #reasons = new Set<Reason>();
  /** What asked for the compilation that goes on, and what is not decided of those before it. */
  readonly #undecided = new Set<Reason>();
  #settle: ReturnType<typeof setTimeout> | undefined;
  readonly #timings = new Timings();

  constructor(stores: SessionStores, threads: SessionThreads, loadPictures: LoadPictures, measured: Measured) {
    this.#stores = stores;
    this.#threads = threads;
    this.#loadPictures = loadPictures;
    this.#measured = measured;
    this.#status = new StatusDisplay(stores.run);
    this.#hub = new PreviewHub({
      watch: (watch, port, spec) => {
        threads.gpu.post({ kind: 'watch', watch, port, spec });
        if (this.#compiled && !this.#compiled.ports.includes(port)) this.#ask('look');
      },
      unwatch: (watch) => threads.gpu.post({ kind: 'unwatch', watch }),
    });
    this.#guest = new Guest({
      threads,
      nextProgram: () => ++this.#program,
      nextRun: () => ++this.#lastRun,
      request: async ({ grown, port }) => {
        const { document } = stores.derived.getState();
        if (!this.#target) throw new Error('there is no device yet');
        return { document, taps: [port], missing: await loadPictures(document), target: this.#target, grown };
      },
      read: (port, index) => this.read(port, index),
    });
    threads.compiler.listen((message) => this.#fromCompiler(message));
    threads.gpu.listen((message) => this.#fromGpu(message));
    threads.compiler.onBreak((message) => this.#fail(`The compiler stopped: ${message}`));
    threads.gpu.onBreak((message) => this.#fail(`The GPU thread stopped: ${message}`));
    this.#stops = [
      stores.derived.subscribe((state, before) => {
        if (state.document !== before.document) this.#edited();
      }),
      stores.document.subscribe((state, before) => {
        if (state.generation !== before.generation) this.#opened(before.journalId, state.journalId);
      }),
      stores.view.subscribe((state, before) => {
        if (state.openPath !== before.openPath || state.layerOf !== before.layerOf) this.#ask('look');
      }),
      stores.run.subscribe((state, before) => {
        if (state.mode !== before.mode) this.#changedMode();
        if (state.deviceChoice !== before.deviceChoice) this.#choose(state.deviceChoice);
      }),
    ];
  }

  get valuesOf(): number {
    return this.#valuesOf;
  }

  run(): void {
    if (this.#running === null) this.#ask('demand');
  }

  async compute(request: GuestRequest): Promise<readonly TensorData[]> {
    await this.#queue.wait();
    clearTimeout(this.#settle);
    this.#compiled = null;
    try {
      return await this.#guest.compute(request);
    } finally {
      this.#ask('look');
    }
  }

  warm(document: PatchbayDocument): void {
    this.#warmNext = document;
    if (!this.#target) return;
    this.#warmNext = null;
    this.#threads.compiler.post({ kind: 'warm', document, target: this.#target });
  }

  cancel(): void {
    clearTimeout(this.#settle);
    this.#guest.stop();
    this.#reasons.clear();
    this.#undecided.clear();
    // A compilation under way answers for a program that nobody waits for any more.
    this.#program++;
    this.#compiled = null;
    this.#stopRun();
    this.#status.set({ kind: 'stale', predictedSeconds: null });
    this.#queue.check();
  }

  watch(port: PortPath, spec: PreviewSpec, listener: PreviewListener): () => void {
    return this.#hub.add(port, spec, listener);
  }

  async read(port: PortPath, index: readonly number[] = []): Promise<TensorData> {
    const { request, answer } = this.#questions.open();
    this.#threads.gpu.post({ kind: 'read', request, port, index });
    const answered = await answer;
    if (answered.kind !== 'tensor') throw new ValueUnavailableError(port);
    return answered.tensor;
  }

  async valueAt(port: PortPath, index: readonly number[]): Promise<number> {
    const { request, answer } = this.#questions.open();
    this.#threads.gpu.post({ kind: 'read-element', request, port, index });
    const answered = await answer;
    if (answered.kind !== 'element') throw new ValueUnavailableError(port);
    return answered.value;
  }

  dispose(): void {
    clearTimeout(this.#settle);
    this.#status.forget();
    this.#stops.forEach((stop) => stop());
    this.#hub.dispose();
    this.#guest.stop();
    this.#threads.dispose();
    this.#questions.rejectAll(new Error('the session has ended'));
  }

  #edited(): void {
    this.#guest.stop();
    this.#stopRun();
    this.#compiled = null;
    for (const reasons of [this.#reasons, this.#undecided]) reasons.delete('demand');
    this.#reasons.delete('open');
    this.#stores.run.getState().update({ current: false });
    if (this.#stores.run.getState().mode !== 'live') this.#status.set({ kind: 'stale', predictedSeconds: null });
    this.#ask('edit');
  }

  /** Nothing runs until the other device is there; then everything does. */
  #choose(choice: DeviceChoice): void {
    this.#guest.stop();
    this.#stopRun();
    this.#program++;
    this.#compiled = null;
    this.#target = null;
    this.#status.set({ kind: 'stale', predictedSeconds: null });
    this.#stores.run.getState().update({ current: false, device: null, deviceNotice: null });
    this.#threads.gpu.post({ kind: 'choose', choice });
  }

  #changedMode(): void {
    const { mode, status } = this.#stores.run.getState();
    if (mode === 'paused' && isBusy(status)) this.cancel();
    if (mode !== 'paused' && status.kind === 'stale') this.#ask('edit');
  }

  #ask(reason: Reason): void {
    this.#reasons.add(reason);
    // Paused is paused: shapes follow every edit without the workers.
    if (reason !== 'demand' && this.#stores.run.getState().mode === 'paused') return;
    // A look waits for the run: it would be thrown away, though what it computes is still wanted.
    if (reason === 'look' && (this.#running !== null || this.#guest.busy)) return;
    clearTimeout(this.#settle);
    const typing = this.#reasons.has('edit') && !this.#reasons.has('demand') && !this.#reasons.has('open');
    const wait = typing ? SETTLE_MILLISECONDS : 0;
    this.#settle = setTimeout(() => void this.#compile(), wait);
  }

  async #compile(): Promise<void> {
    if (!this.#target || this.#reasons.size === 0) return;
    this.#guest.stop();
    const program = ++this.#program;
    for (const reason of this.#reasons) this.#undecided.add(reason);
    this.#reasons.clear();
    this.#compiled = null;
    this.#stopRun();
    this.#status.work({ kind: 'compiling' });
    const { document, tree, inference } = this.#stores.derived.getState();
    const { openPath, layerOf } = this.#stores.view.getState();
    const taps = tapsOf(tree, inference, NODES, { openPath, layerOf, watched: this.#hub.ports });
    let missing: ReadonlySet<string>;
    try {
      missing = await this.#loadPictures(document);
    } catch (error) {
      if (program === this.#program) this.#fail(messageOf(error));
      return;
    }
    if (program !== this.#program) return;
    this.#threads.compiler.post({ kind: 'compile', program, document, taps, missing, target: this.#target });
  }

  #fromCompiler(message: FromCompiler): void {
    if (this.#guest.fromCompiler(message) || message.program !== this.#program) return;
    switch (message.kind) {
      case 'compiled':
        this.#compiled = message.summary;
        this.#stores.run.getState().setLacking(message.summary.lacking);
        void this.#decide(message.program, message.summary);
        return;
      case 'compile-failed':
        this.#fail(message.message);
        return;
      default:
        message satisfies never;
    }
  }

  /** Runs the program, or says how long it would take. */
  async #decide(program: ProgramId, summary: ProgramSummary): Promise<void> {
    if (!summary.runnable) {
      this.#undecided.clear();
      this.#status.set({ kind: 'idle' });
      this.#queue.check();
      return;
    }
    const { request, answer } = this.#questions.open();
    this.#threads.gpu.post({ kind: 'predict', request, program });
    const answered = await answer;
    if (program !== this.#program) return;
    const seconds = answered.kind === 'prediction' ? answered.seconds : null;
    const runs = isRun(this.#undecided, this.#stores.run.getState().mode, seconds);
    this.#undecided.clear();
    if (runs) this.#start(program);
    else this.#status.set({ kind: 'stale', predictedSeconds: seconds });
    this.#queue.check();
  }

  #start(program: ProgramId): void {
    const run = ++this.#lastRun;
    this.#running = run;
    this.#status.work({ kind: 'running', progress: 0 });
    this.#threads.gpu.post({ kind: 'run', run, program });
  }

  #stopRun(): void {
    if (this.#running === null) return;
    this.#running = null;
    this.#threads.gpu.post({ kind: 'cancel' });
  }

  #fromGpu(message: FromGpu): void {
    if (this.#guest.fromGpu(message)) return;
    switch (message.kind) {
      case 'device':
        this.#target = message.target;
        this.#stores.run.getState().update({ device: message.info, deviceNotice: message.notice });
        this.#ask('open');
        if (this.#warmNext) this.warm(this.#warmNext);
        return;
      case 'tuned':
        this.#target = message.target;
        if (message.target.kind === 'gpu') this.#measured.tuned(message.target.tuning);
        return;
      case 'compared':
        this.#measured.compared(message.verdict);
        return;
      case 'device-lost':
        this.#lost(message.message);
        return;
      case 'progress':
        if (message.run === this.#running) this.#status.work(statusOf(message.stage));
        return;
      case 'finished':
        if (message.run === this.#running) this.#finished(message);
        return;
      case 'shown':
        this.#hub.whenDelivered(() => message.run === this.#lastRun && this.#stores.run.getState().setShown());
        return;
      case 'cancelled':
        // Of a run that was not cancelled from here: its program had made way for another already.
        if (message.run === this.#running) this.cancel();
        return;
      case 'run-failed':
        if (message.run !== this.#running) return;
        this.#running = null;
        this.#fail(message.message);
        return;
      case 'preview':
        this.#hub.receive(message.watch, message.preview);
        return;
      case 'preview-failed':
        // A fault of ours, not of the graph: values go on.
        console.error(`Preview: ${message.message}`);
        return;
      case 'prediction':
      case 'tensor':
      case 'element':
      case 'no-value':
        this.#questions.resolve(message.request, message);
        return;
      default:
        message satisfies never;
    }
  }

  /** A run that goes on recovers by itself; otherwise the values that were shown are computed anew. */
  #lost(words: string): void {
    const reason = words === '' ? '' : ` (${words})`;
    this.#stores.run.getState().update({ deviceNotice: `The GPU was lost${reason}; it is asked for again` });
    if (this.#running === null) this.#ask('edit');
  }

  #finished({ report, memory }: Extract<FromGpu, { kind: 'finished' }>): void {
    this.#running = null;
    this.#valuesOf++;
    const { milliseconds, stepsRun, stepsTotal } = report;
    this.#status.set({ kind: 'done', milliseconds, stepsRun, stepsTotal });
    const { byPath } = this.#stores.derived.getState().tree;
    this.#timings.add(report.timings, byPath);
    const { device, deviceNotice, update } = this.#stores.run.getState();
    // A GPU that computes again is not lost any more.
    const notice = device?.kind === 'gpu' ? null : deviceNotice;
    update({ current: true, shown: false, memory, timings: this.#timings.rolledUp, deviceNotice: notice });
    if (this.#reasons.size > 0) this.#ask('look');
    this.#queue.check();
  }

  /** Another document: nothing of the one before may show on it, and nobody is typing. */
  #opened(left: string, opened: string): void {
    // What might be opened would only be in the way of what is.
    this.#warmNext = null;
    this.#hub.forget();
    this.#valuesOf++;
    this.#threads.gpu.post({ kind: 'forget' });
    this.#timings.show(left, opened);
    this.#stores.run.getState().update({ timings: this.#timings.rolledUp, memory: null });
    this.#ask('open');
    // Before the page draws the document, which takes its time.
    if (this.#stores.run.getState().mode !== 'paused') void this.#compile();
  }

  #fail(message: string): void {
    this.#undecided.clear();
    this.#status.set({ kind: 'failed', message });
    this.#queue.check();
  }

  /** A look alone can wait for the guest. */
  #isBusy(): boolean {
    const wanted = [...this.#reasons].some((reason) => reason !== 'look');
    const asked = wanted && this.#stores.run.getState().mode !== 'paused';
    return this.#running !== null || this.#undecided.size > 0 || asked;
  }
}
