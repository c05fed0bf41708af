/**
 * Runs graphs in ONNX Runtime: piece by piece, each a model whose session is kept and shared by pieces of the same
 * structure. Weights and values are kept by their keys from one run to the next; nothing is written to files.
 */
import { valueKeys } from '../../../gpu/ir/key.ts';
import { elementCount, type Graph, type TensorType, type ValueId } from '../../../gpu/ir/types.ts';
import { inWords } from '../../../gpu/memory-need.ts';
import type { ValueKey } from '../../../gpu/plan.ts';
import type { Progress } from '../../../gpu/runtime/types.ts';
import { untilAborted } from '../../../gpu/runtime/until-aborted.ts';
import type { LeafWords } from '../../target.ts';
import type { ComputedTensor } from '../../values.ts';
import { buildModel } from '../build.ts';
import { encodeModel } from '../encode.ts';
import { cutGraph, isLeaf, leafOf, workOf, type Cut, type Piece, type PieceInput } from './pieces.ts';
import type { OnnxSession } from './session.ts';
import { OnnxRuntimeError } from './session.ts';
import { ValuePool } from './value-pool.ts';

export interface OnnxEngineOptions {
  /** Loads a model from its bytes. */
  readonly open: (model: Uint8Array<ArrayBuffer>) => Promise<OnnxSession>;
  readonly cut: Cut;
  /** Bytes that weights and values may take together between runs; 1 GiB unless given. */
  readonly budget?: number;
  /** Sessions that stay loaded. */
  readonly sessions?: number;
}

/** Fetches the numbers of an input or a weight. */
export type FetchLeaf = (leaf: NonNullable<PieceInput['leaf']>) => Promise<LeafWords>;

export interface OnnxRunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Compute every operation, those too whose results are kept. */
  readonly fresh?: boolean;
}

export interface OnnxRun {
  /** Outputs and taps, in the graph's order. */
  readonly tensors: readonly ComputedTensor[];
  /** From first to last, and how much of it ONNX Runtime computed. */
  readonly milliseconds: number;
  readonly computing: number;
  /** Operations computed, and all of the graph; neither leaves nor constants count. */
  readonly stepsRun: number;
  readonly stepsTotal: number;
  /** Milliseconds by origin; a piece's are divided among its origins by FLOP. */
  readonly timings: ReadonlyMap<string, number>;
}

const DEFAULT_BUDGET = 2 ** 30;
const DEFAULT_SESSIONS = 128;

interface LoadedPiece {
  readonly session: OnnxSession;
  /** The model's inputs and outputs, and which of the piece's each is. */
  readonly inputs: readonly { readonly name: string; readonly index: number }[];
  readonly outputs: readonly string[];
}

export class OnnxEngine {
  readonly #options: OnnxEngineOptions;
  readonly #pool: ValuePool;
  /** By structure, in the order of their last use. */
  readonly #sessions = new Map<string, LoadedPiece>();
  readonly #keys = new WeakMap<Graph, ReadonlyMap<ValueId, ValueKey>>();

  constructor(options: OnnxEngineOptions) {
    this.#options = options;
    this.#pool = new ValuePool(options.budget ?? DEFAULT_BUDGET);
  }

  /** Weights and values that are kept. */
  get pool(): { readonly bytes: number; readonly budget: number } {
    return { bytes: this.#pool.bytes, budget: this.#pool.budget };
  }

  /** What a run would compute now. */
  workOf(graph: Graph): { readonly steps: number; readonly flops: number } {
    const keys = this.#keysOf(graph);
    return workOf(graph, (value) => this.#pool.has(keys.get(value)!));
  }

  /** Loads the models of a first run, until `signal` is aborted. */
  async warm(graph: Graph, signal: AbortSignal): Promise<void> {
    for (const piece of this.#piecesOf(graph)) {
      await turn();
      signal.throwIfAborted();
      await this.#load(piece);
    }
  }

  /**
   * Computes all outputs and taps of a graph whose passes have run. One run at a time.
   * @throws {OnnxRuntimeError}; between two pieces, what the signal was aborted with; what `fetch` throws.
   */
  async run(graph: Graph, fetch: FetchLeaf, options: OnnxRunOptions = {}): Promise<OnnxRun> {
    try {
      return await this.#run(graph, fetch, options);
    } finally {
      // What a run that was cancelled has left is kept, too.
      this.#pool.trim();
    }
  }

  async #run(graph: Graph, fetch: FetchLeaf, { signal, onProgress, fresh = false }: OnnxRunOptions): Promise<OnnxRun> {
    const begin = performance.now();
    const keys = this.#keysOf(graph);
    const pieces = this.#piecesOf(graph, fresh);
    const total = pieces.reduce((sum, { flops, steps }) => sum + flops + steps, 0);
    const values = new RunValues(this.#pool, fetch);
    const timings = new Map<string, number>();
    let [done, computing] = [0, 0];
    for (const [index, piece] of pieces.entries()) {
      signal?.throwIfAborted();
      const loaded = await this.#load(piece);
      const feeds = await untilAborted(values.of(piece.inputs), signal);
      // While this piece computes, whoever makes the numbers of the next can do so.
      const next = pieces[index + 1];
      if (next) values.ask(next.inputs);
      const started = performance.now();
      const results = await runPiece(loaded, piece, feeds);
      const took = performance.now() - started;
      computing += took;
      for (const [at, { key }] of piece.outputs.entries()) values.put(key, results[at]!.data);
      share(took, piece, timings);
      done += piece.flops + piece.steps;
      onProgress?.({ done, total });
      if (next) await turn();
    }
    signal?.throwIfAborted();
    const tensors: ComputedTensor[] = [];
    for (const { name, value } of graph.outputs) {
      const type = graph.types.get(value)!;
      const data = await values.of([inputOf(value, type, keys.get(value)!, graph)]);
      tensors.push({ name, type, data: data[0]! });
    }
    return {
      tensors,
      milliseconds: performance.now() - begin,
      computing,
      stepsRun: pieces.reduce((sum, { steps }) => sum + steps, 0),
      stepsTotal: workOf(graph, () => false).steps,
      timings,
    };
  }

  async dispose(): Promise<void> {
    this.#pool.clear();
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const { session } of sessions) await session.dispose();
  }

  #piecesOf(graph: Graph, fresh = false): readonly Piece[] {
    return cutGraph(graph, this.#keysOf(graph), {
      cut: this.#options.cut,
      isKnown: (key) => !fresh && this.#pool.has(key),
    });
  }

  #keysOf(graph: Graph): ReadonlyMap<ValueId, ValueKey> {
    const known = this.#keys.get(graph) ?? valueKeys(graph);
    this.#keys.set(graph, known);
    return known;
  }

  async #load(piece: Piece): Promise<LoadedPiece> {
    const known = this.#sessions.get(piece.structure);
    const loaded = known ?? (await loadPiece(piece, this.#options.open));
    this.#sessions.delete(piece.structure);
    this.#sessions.set(piece.structure, loaded);
    for (const [structure, { session }] of this.#sessions) {
      if (this.#sessions.size <= (this.#options.sessions ?? DEFAULT_SESSIONS)) break;
      this.#sessions.delete(structure);
      await session.dispose();
    }
    return loaded;
  }
}

/** The values of one run; those that it needs stay however small the pool is. */
class RunValues {
  readonly #pool: ValuePool;
  readonly #fetch: FetchLeaf;
  readonly #held = new Map<ValueKey, LeafWords | Promise<LeafWords>>();

  constructor(pool: ValuePool, fetch: FetchLeaf) {
    this.#pool = pool;
    this.#fetch = fetch;
  }

  put(key: ValueKey, data: LeafWords): void {
    this.#held.set(key, data);
    this.#pool.put(key, data);
  }

  /** Fetches leaves that are not there, one after the other; what fails is told when it is needed. */
  ask(inputs: readonly PieceInput[]): void {
    let last: Promise<unknown> = Promise.resolve();
    for (const { key, leaf } of inputs) {
      if (!leaf || this.#held.has(key) || this.#pool.has(key)) continue;
      const fetching = last.then(() => this.#fetch(leaf));
      last = fetching.catch(() => undefined);
      this.#held.set(key, fetching);
    }
  }

  async of(inputs: readonly PieceInput[]): Promise<LeafWords[]> {
    this.ask(inputs);
    const values: LeafWords[] = [];
    for (const { key, leaf } of inputs) {
      const value = (await this.#held.get(key)) ?? this.#pool.take(key);
      if (!value) throw new OnnxRuntimeError(`a value of the run is gone (${leaf?.name ?? key})`);
      this.put(key, value);
      values.push(value);
    }
    return values;
  }
}

async function loadPiece({ graph }: Piece, open: OnnxEngineOptions['open']): Promise<LoadedPiece> {
  const model = buildModel(graph(), { integers: 'i32', tapsAreOutputs: false });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const noWeights = (path: string): never => {
    throw new Error(`${path} is no input of its piece`);
  };
  for await (const piece of encodeModel(model, { name: 'piece' }, noWeights)) pieces.push(new Uint8Array(piece));
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return {
    session: await open(bytes),
    inputs: model.inputs.map(({ name, of }) => ({ name, index: Number(of.slice(1)) })),
    outputs: model.outputs.map(({ name }) => name),
  };
}

async function runPiece(
  { session, inputs, outputs }: LoadedPiece,
  piece: Piece,
  feeds: readonly LeafWords[],
): Promise<ComputedTensor[]> {
  try {
    return await session.run(
      inputs.map(({ name, index }) => ({ name, type: piece.inputs[index]!.type, data: feeds[index]! })),
      outputs,
    );
  } catch (error) {
    const [origin = ''] = piece.shares.keys();
    const told = inWords(error, origin, bytesOf(piece));
    throw told instanceof OnnxRuntimeError ? new OnnxRuntimeError(`${origin}: ${told.message}`) : told;
  }
}

/** What a piece takes and gives. */
function bytesOf({ inputs, outputs }: Piece): number {
  const elements = [...inputs, ...outputs].reduce((sum, { type }) => sum + elementCount(type.shape), 0);
  return elements * Float32Array.BYTES_PER_ELEMENT;
}

function share(milliseconds: number, { shares }: Piece, timings: Map<string, number>): void {
  const total = shares.values().reduce((sum, part) => sum + part, 0);
  for (const [origin, part] of shares) {
    timings.set(origin, (timings.get(origin) ?? 0) + (milliseconds * part) / total);
  }
}

/** An output of the graph as a piece would take it: it may be a leaf. */
function inputOf(value: ValueId, type: TensorType, key: ValueKey, { operations }: Graph): PieceInput {
  const producer = operations.find(({ results }) => results.includes(value))!;
  return { key, type, ...(isLeaf(producer) && { leaf: leafOf(producer) }) };
}

/** Lets the event loop run, and with it whoever cancels. Not a timer: a browser makes those wait. */
async function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const { promise, resolve } = Promise.withResolvers<void>();
  port1.addEventListener('message', () => resolve(), { once: true });
  port1.start();
  port2.postMessage(null);
  await promise;
  port1.close();
}
