/** What the compile worker does: programs from documents, and the bytes of their weights and pictures when a run asks. */
import { analyse } from '../../graph/analyse.ts';
import { createCache } from '../../graph/cache.ts';
import { isOutOfMemory } from '../../gpu/memory-need.ts';
import { Continuation } from '../../nodes/generation/continuation.ts';
import { NODES } from '../../nodes/registry.ts';
import { createTokenizers } from '../../nodes/text/tokenizers.ts';
import { WeightDrawer } from '../../nodes/weights.ts';
import { receiveCheckpoint, type OpenCheckpoint } from './checkpoints.ts';
import { compileDocument, type Compiled } from './compiler.ts';
import { createPictureDecoder } from './picture-decoder.ts';
import type { CompilerToGpu, FromCompiler, GpuToCompiler, ProgramId, ToCompiler } from './protocol.ts';
import { messageOf } from './message-of.ts';
import { tapsOf } from './taps.ts';

/** The last program, and the one before it, which may still be running. */
const MOST_PROGRAMS = 2;

export class CompileHost {
  readonly #toMain: (message: FromCompiler) => void;
  readonly #pictures = createPictureDecoder();
  readonly #checkpoints = new Map<string, OpenCheckpoint>();
  readonly #memory = {
    cache: createCache(),
    drawer: new WeightDrawer(),
    tokenizers: createTokenizers(),
    checkpoints: this.#checkpoints,
    continuation: new Continuation(),
  };
  readonly #programs = new Map<ProgramId, Compiled>();
  #gpu: MessagePort | null = null;

  constructor(toMain: (message: FromCompiler) => void) {
    this.#toMain = toMain;
  }

  receive(message: ToCompiler): void {
    switch (message.kind) {
      case 'connect':
        // The one before led to a thread that has ended.
        this.#gpu?.close();
        this.#gpu = message.gpu;
        this.#gpu.addEventListener('message', ({ data }: MessageEvent<GpuToCompiler>) => void this.#answerLeaf(data));
        this.#gpu.start();
        return;
      case 'checkpoint':
        this.#checkpoints.set(message.checkpoint.hash, receiveCheckpoint(message.checkpoint));
        return;
      case 'picture':
        this.#pictures.provide(message.sha256, message.bytes);
        return;
      case 'compile':
        this.#compile(message);
        return;
      case 'warm':
        this.#warm(message);
        return;
      default:
        message satisfies never;
    }
  }

  #compile({ program, ...request }: Extract<ToCompiler, { kind: 'compile' }>): void {
    try {
      const compiled = compileDocument(request, this.#memory);
      this.#programs.set(program, compiled);
      for (const oldest of this.#programs.keys()) {
        if (this.#programs.size > MOST_PROGRAMS) this.#programs.delete(oldest);
      }
      // The GPU worker has the program before main, told next, asks it anything about it.
      this.#toGpu({ kind: 'program', id: program, program: compiled.program });
      this.#toMain({ kind: 'compiled', program, summary: compiled.summary });
      // While the device makes itself ready.
      this.#pictures.prepare(compiled.pictures);
    } catch (error) {
      this.#toMain({ kind: 'compile-failed', program, message: messageOf(error) });
    }
  }

  /** Compiled as it will be when it is opened, at its root, with its pictures there. */
  #warm({ document, target }: Extract<ToCompiler, { kind: 'warm' }>): void {
    try {
      const { tree, inference } = analyse(document, NODES);
      const taps = tapsOf(tree, inference, NODES, { openPath: '', layerOf: {}, watched: [] });
      const { program, pictures } = compileDocument({ document, taps, missing: new Set(), target }, this.#memory);
      this.#toGpu({ kind: 'warm', program });
      this.#pictures.prepare(pictures);
    } catch (error) {
      // Whoever opens it is told; nobody waits for this.
      console.warn(`Not made ready: ${messageOf(error)}`);
    }
  }

  async #answerLeaf({ request, program, leaf }: GpuToCompiler): Promise<void> {
    try {
      const compiled = this.#programs.get(program);
      if (!compiled) throw new Error('a newer graph has taken the place of this one');
      const bytes = await compiled.leafBytes(leaf, (asset) => this.#pictures.decode(asset));
      this.#toGpu({ kind: 'bytes', request, bytes }, [bytes.buffer]);
    } catch (error) {
      const why = isOutOfMemory(error) ? 'there is no memory left for its numbers' : messageOf(error);
      this.#toGpu({ kind: 'bytes-failed', request, message: `${leaf.name}: ${why}` });
    }
  }

  #toGpu(message: CompilerToGpu, transfer: Transferable[] = []): void {
    this.#gpu?.postMessage(message, transfer);
  }
}
