/** What a graph or a plan needs of memory at once: said before it is taken, with the node that needs the most. */
import { elementCount, type Graph, type Operation, type ValueId } from './ir/types.ts';
import { formatMemory, formatNeed, SMALLER } from './limits.ts';
import type { Plan } from './plan.ts';
import { MemoryError } from './runtime/errors.ts';

/** Memory that a machine or a runtime has. */
export interface MemoryLimit {
  readonly bytes: number;
  /** Whose it is: `ONNX Runtime in a browser`. */
  readonly of: string;
}

/**
 * Of a graph whose operations are computed one by one: what one reads and writes has to be there at once.
 * @throws {MemoryError} if that is more than there is for one of them, before anything is taken.
 */
export function checkOperations(graph: Graph, bytesPerElement: number, limit: MemoryLimit): void {
  for (const operation of graph.operations) {
    const bytes = bytesPerElement * elementsOf(operation, graph);
    if (bytes > limit.bytes) throw tooLarge(operation.origin, bytes, limit);
  }
}

/**
 * Of a plan: the values on the way, and with them those that it keeps.
 * @throws {MemoryError} if they are more than there is, before anything is taken.
 */
export function checkPlan({ memory, steps }: Plan, limit: MemoryLimit): void {
  const needed = memory.arenaBytes + memory.weightBytes + memory.keptBytes;
  if (needed <= limit.bytes) return;
  const bytesOf = (index: number): number => {
    const step = steps[index]!;
    return step.kind === 'dispatch' ? step.bytes : 0;
  };
  const largest = [...steps.keys()].reduce((best, index) => (bytesOf(index) > bytesOf(best) ? index : best), 0);
  const origin = steps[largest]?.origins[0] ?? '';
  const words = formatNeed(needed, limit.bytes);
  const parts = [
    `weights ${formatMemory(memory.weightBytes)}`,
    `values on the way ${formatMemory(memory.arenaBytes)}`,
    `values that are kept ${formatMemory(memory.keptBytes)}`,
  ].join(', ');
  throw new MemoryError(
    `The run needs ${words.needed} of memory (${parts}), the most at once at ${origin} (${formatMemory(bytesOf(largest))}); ${limit.of} has ${words.there}. ${SMALLER}`,
  );
}

/** Whether an allocation failed: in the engine of JavaScript, in WebAssembly or in ONNX Runtime. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && OUT_OF_MEMORY.test(error.message);
}

/**
 * The same in words, with the node that asked for the memory; any other error as it is.
 * @param origin Path of the node.
 * @param bytes What it reads and writes.
 */
export function inWords(error: unknown, origin: string, bytes: number): unknown {
  if (error instanceof MemoryError || !isOutOfMemory(error)) return error;
  return new MemoryError(
    `${origin}: there is no memory left for it; it needs ${formatMemory(bytes)} at once. ${SMALLER}`,
  );
}

/** Elements that an operation reads and writes. */
export function elementsOf({ inputs, results }: Pick<Operation, 'inputs' | 'results'>, { types }: Graph): number {
  const count = (value: ValueId): number => elementCount(types.get(value)!.shape);
  return [...inputs, ...results].reduce((sum, value) => sum + count(value), 0);
}

/** As V8, Emscripten and ONNX Runtime word it. */
const OUT_OF_MEMORY =
  /array buffer allocation failed|invalid (typed )?array length|out of memory|bad_alloc|failed to allocate|cannot enlarge memory/i;

function tooLarge(origin: string, bytes: number, { of, bytes: there }: MemoryLimit): MemoryError {
  const words = formatNeed(bytes, there);
  return new MemoryError(
    `${origin}: it needs ${words.needed} at once, for what it reads and writes; ${of} has ${words.there}. ${SMALLER}`,
  );
}
