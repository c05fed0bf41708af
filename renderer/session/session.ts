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
import { CompileTarget } from './compile-target.ts';
import { followStores } from './follow-stores.ts';
import { Guest, type GuestRequest } from './guest.ts';
import { createQueue } from './queue.ts';
import { messageOf } from './message-of.ts';
import type { LoadPictures } from './pictures.ts';
import { PreviewHub } from './preview-hub.ts';
import type { FromCompiler, FromGpu, ProgramId, ProgramSummary, RunId } from './protocol.ts';
import { CANCEL_MILLISECONDS, lossNotice, MAKE_WAY_MILLISECONDS, Recovery } from './recovery.ts';
import { isRun, Reasons, whyAgain, type Reason } from './reasons.ts';
import { RunResults } from './run-results.ts';
import type { PreviewListener, SessionApi, TensorData } from './session-api.ts';
import { tellMeasured, type Measured, type SessionStores } from './session-surroundings.ts';
import { StatusDisplay, statusOf } from './status-display.ts';
import { tapsOf } from './taps.ts';
import type { SessionThreads, ThreadName } from './threads.ts';
import { ValueQuestions } from './value-questions.ts';

/** A pause in typing or scrubbing. */
export const SETTLE_MILLISECONDS = 150;

export class Session implements SessionApi {
  readonly #stores: SessionStores;
  readonly #threads: SessionThreads;
  readonly #loadPictures: LoadPictures;
  readonly #measured: Measured;
  readonly #hub: PreviewHub;
  readonly #status: StatusDisplay;
  readonly #results: RunResults;
  readonly #questions: ValueQuestions;
  readonly #recovery: Recovery;
  readonly #guest: Guest;
  /** The guest waits for what the editor is computing. */
  readonly #queue = createQueue(() => this.#isBusy());
  readonly #stops: readonly (() => void)[];

  readonly #target: CompileTarget;
  /** The last program that was asked for. */
  #program: ProgramId = 0;
  /** The program that the GPU worker holds, if it is the one asked for. */
  #compiled: ProgramSummary | null = null;
  #lastRun: RunId = 0;
  #running: RunId | null = null;
  readonly #reasons = new Reasons();
  #settle: ReturnType<typeof setTimeout> | undefined;

  constructor(stores: SessionStores, threads: SessionThreads, loadPictures: LoadPictures, measured: Measured) {
    this.#stores = stores;
    this.#threads = threads;
    this.#loadPictures = loadPictures;
    this.#measured = measured;
    this.#target = new CompileTarget(stores.run);
    this.#status = new StatusDisplay(stores.run);
    this.#results = new RunResults(stores, this.#status);
    this.#questions = new ValueQuestions(threads.gpu);
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
      request: (guest) => this.#requestOf(guest),
      read: (port, index) => this.read(port, index),
    });
    threads.compiler.listen((message) => this.#fromCompiler(message));
    threads.gpu.listen((message) => this.#fromGpu(message));
    this.#recovery = new Recovery(threads, {
      isBusy: () => this.#target.current === null || this.#guest.busy || isBusy(stores.run.getState().status),
      interrupt: (thread) => this.#interrupt(thread),
      resume: (thread) => (thread === 'gpu' ? this.#hub.watchAgain() : this.#askAgain()),
      tell: (message) => stores.run.getState().update({ incident: { message } }),
      fail: (message) => this.#fail(message),
      setStill: (still) => stores.run.getState().update({ still }),
    });
    this.#stops = followStores(stores, {
      edited: () => this.#edited(),
      opened: (left, opened) => this.#opened(left, opened),
      looked: () => this.#ask('look'),
      changedMode: () => this.#changedMode(),
      chose: (choice) => this.#choose(choice),
      choseStorage: () => this.#edited(),
    });
  }

  get valuesOf(): number {
    return this.#results.count;
  }

  run(): void {
    this.#recovery.revive();
    if (this.#running === null) this.#ask('demand');
  }

  profile(): ReturnType<SessionApi['profile']> {
    this.#recovery.revive();
    this.#ask('demand');
    return this.#guest.profile.begin();
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
    this.#target.whenThere((target) => this.#threads.compiler.post({ kind: 'warm', document, target }));
  }

  cancel(): void {
    clearTimeout(this.#settle);
    this.#guest.stop();
    this.#reasons.clear();
    // A compilation under way answers for a program that nobody waits for any more.
    this.#program++;
    this.#compiled = null;
    this.#stopRun(CANCEL_MILLISECONDS);
    this.#status.set({ kind: 'stale', predictedSeconds: null });
    this.#queue.check();
  }

  watch(port: PortPath, spec: PreviewSpec, listener: PreviewListener): () => void {
    return this.#hub.add(port, spec, listener);
  }

  read(port: PortPath, index: readonly number[] = []): Promise<TensorData> {
    return this.#questions.read(port, index);
  }

  valueAt(port: PortPath, index: readonly number[]): Promise<number> {
    return this.#questions.valueAt(port, index);
  }

  dispose(): void {
    clearTimeout(this.#settle);
    this.#status.forget();
    this.#stops.forEach((stop) => stop());
    this.#hub.dispose();
    this.#guest.stop();
    this.#threads.dispose();
    this.#recovery.dispose();
    this.#questions.giveUp();
  }

  #edited(): void {
    this.#guest.stop();
    this.#stopRun();
    this.#compiled = null;
    this.#reasons.edited();
    this.#stores.run.getState().update({ current: false });
    if (this.#stores.run.getState().mode !== 'live') this.#status.set({ kind: 'stale', predictedSeconds: null });
    this.#ask('edit');
  }

  /** Nothing runs until the other device is there; then everything does. */
  #choose(choice: DeviceChoice): void {
    this.#guest.stop();
    this.#stopRun();
    this.#withoutDevice();
    this.#reasons.add('open');
    this.#status.set({ kind: 'stale', predictedSeconds: null });
    this.#stores.run.getState().update({ current: false, deviceNotice: null });
    this.#recovery.revive();
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
    const wait = this.#reasons.isTyping ? SETTLE_MILLISECONDS : 0;
    this.#settle = setTimeout(() => void this.#compile(), wait);
  }

  async #requestOf({ grown, port }: GuestRequest) {
    const { document } = this.#stores.derived.getState();
    const missing = await this.#loadPictures(document);
    const target = this.#target.current;
    if (!target) throw new Error('there is no device yet');
    return { document, taps: [port], missing, target, grown };
  }

  /** For what waits since there was nobody to ask. */
  #askAgain(): void {
    for (const reason of this.#reasons.next) this.#ask(reason);
  }

  async #compile(): Promise<void> {
    if (this.#reasons.next.length === 0) return;
    this.#recovery.hear();
    if (!this.#target.current) return;
    this.#guest.makeWay();
    const program = ++this.#program;
    this.#reasons.begin();
    this.#compiled = null;
    this.#stopRun();
    this.#status.work({ kind: 'compiling' });
    const { document, tree, inference } = this.#stores.derived.getState();
    const taps = tapsOf(tree, inference, NODES, { ...this.#stores.view.getState(), watched: this.#hub.ports });
    let missing: ReadonlySet<string>;
    try {
      missing = await this.#loadPictures(document);
    } catch (error) {
      if (program === this.#program) this.#fail(messageOf(error));
      return;
    }
    const target = this.#target.current;
    if (program !== this.#program || !target) return;
    this.#threads.compiler.post({ kind: 'compile', program, document, taps, missing, target });
  }

  #fromCompiler(message: FromCompiler): void {
    this.#recovery.hear();
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
      this.#reasons.decide();
      this.#guest.profile.fail('there is nothing that can be computed: see the problems of the graph');
      this.#status.set({ kind: 'idle' });
      this.#queue.check();
      return;
    }
    const seconds = await this.#questions.predict(program);
    if (program !== this.#program) return;
    const runs = isRun(this.#reasons.decide(), this.#stores.run.getState().mode, seconds);
    if (runs) this.#start(program);
    else this.#status.set({ kind: 'stale', predictedSeconds: seconds });
    this.#queue.check();
  }

  #start(program: ProgramId): void {
    const run = ++this.#lastRun;
    this.#running = run;
    this.#status.work({ kind: 'running', progress: 0 });
    this.#threads.gpu.post({ kind: 'run', run, program, ...this.#guest.profile.request(this.#measured.ceilings) });
  }

  /** @param milliseconds that the run may take to make way. */
  #stopRun(milliseconds = MAKE_WAY_MILLISECONDS): void {
    if (this.#running === null) return;
    this.#recovery.stop(this.#running, milliseconds);
    this.#running = null;
  }

  #fromGpu(message: FromGpu): void {
    this.#recovery.hear(message);
    tellMeasured(message, this.#measured);
    if (this.#guest.fromGpu(message) || this.#questions.take(message) || this.#hub.take(message)) return;
    switch (message.kind) {
      case 'device':
        // Of a device that is there already, something has become another.
        if (this.#target.current) this.#reasons.add('open');
        this.#target.tell(message.target);
        this.#stores.run.getState().update({ device: message.info, deviceNotice: message.notice });
        this.#askAgain();
        return;
      case 'tuned':
        this.#target.tell(message.target);
        return;
      case 'compared':
        return;
      case 'device-lost':
        this.#lost(message.message);
        return;
      case 'device-gone':
        this.#interrupt('gpu');
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
      default:
        message satisfies never;
    }
  }

  /** A run recovers by itself, also one that has yet to begin; otherwise the values that were shown are computed anew. */
  #lost(words: string): void {
    this.#stores.run.getState().update({ deviceNotice: lossNotice(words) });
    if (this.#running === null && !this.#reasons.isDemanded) this.#ask(whyAgain(this.#stores.run.getState()));
  }

  /** What goes on ends, and is wanted again. */
  #interrupt(thread: ThreadName): void {
    const running = this.#running !== null;
    if (running) this.#reasons.add('demand');
    this.#reasons.again();
    this.#running = null;
    this.#guest.stop();
    this.#program++;
    this.#compiled = null;
    if (thread !== 'gpu') return;
    const run = this.#stores.run.getState();
    if (!running && run.current) this.#reasons.add(whyAgain(run));
    this.#withoutDevice();
  }

  /** Until another is told. */
  #withoutDevice(): void {
    this.#questions.giveUp();
    this.#program++;
    this.#compiled = null;
    this.#target.tell(null);
    this.#stores.run.getState().update({ device: null });
  }

  #finished(message: Extract<FromGpu, { kind: 'finished' }>): void {
    this.#running = null;
    if (message.profile) this.#guest.profile.end(message.profile);
    this.#results.finished(message);
    if (this.#reasons.next.length > 0) this.#ask('look');
    this.#queue.check();
  }

  /** Another document: nothing of the one before may show on it, and nobody is typing. */
  #opened(left: string, opened: string): void {
    // What might be opened would only be in the way of what is.
    this.#target.forget();
    this.#hub.forget();
    this.#threads.gpu.post({ kind: 'forget' });
    this.#results.opened(left, opened);
    this.#ask('open');
    // Before the page draws the document, which takes its time.
    if (this.#stores.run.getState().mode !== 'paused') void this.#compile();
  }

  #fail(message: string): void {
    this.#reasons.decide();
    this.#guest.profile.fail(message);
    this.#status.set({ kind: 'failed', message });
    this.#queue.check();
  }

  /** A look alone can wait for the guest. */
  #isBusy(): boolean {
    const wanted = this.#reasons.next.some((reason) => reason !== 'look');
    const asked = wanted && this.#stores.run.getState().mode !== 'paused';
    return this.#running !== null || this.#reasons.undecided || asked;
  }
}
