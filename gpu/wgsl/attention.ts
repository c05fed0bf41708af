/**
 * Attention without its scores in memory: each invocation takes a few queries past all keys, some at a time, and keeps for
 * each query the highest score so far, the sum of the weights and the sums of the weighted values, which shrink when a
 * higher score comes (softmax online: Milakov and Gimelshein 2018; Dao et al. 2022). Without barriers. Keys beyond the end
 * have a score of −∞ and so no weight; a query all of whose keys are masked has sums of 0 / 0, NaN as in PyTorch.
 *
 * Where invocations of a subgroup read together, theirs are queries of one batch, which meet the same keys and values.
 */
import type { Kernel, KernelCore, MatrixOperand } from '../ir/kernel.ts';
import { indexText } from './index-text.ts';
import { alongColumns, alongDepth } from './matmul/register.ts';
import { programText, programWriter, storesText, type KernelContext } from './program-text.ts';
import { Scope } from './scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from './shader.ts';
import { NARROW, readsTogether, useTogether, vectorTogether } from './subgroups.ts';

type AttentionCore = Extract<KernelCore, { kind: 'attention' }>;

/** Queries of an invocation. */
const QUERIES = 4;

/** How queries and keys are shared out. */
interface Cut {
  /** Small, so that a few hundred queries are spread over all cores. */
  readonly workgroup: readonly [number, number, 1];
  /** Keys that an invocation takes at a time. */
  readonly keys: number;
  /** A subgroup reads them together. */
  readonly together: boolean;
  /** Invocations that share out the queries of a batch. */
  readonly blocks: number;
}

/** Part of the invocations that may have nothing to do where a batch's are a multiple of a subgroup's. */
const MOST_IDLE = 0.2;

function cutOf(core: AttentionCore, { traits }: KernelContext): Cut {
  const blocks = Math.ceil(core.rows / QUERIES);
  const even = NARROW * Math.ceil(blocks / NARROW);
  const inVectors = inVectorsOf(core) && alongColumns(core.values, core.columns);
  if (!inVectors || !readsTogether(traits) || blocks < (1 - MOST_IDLE) * even) {
    return { workgroup: [16, 1, 1], keys: 8, together: false, blocks };
  }
  return { workgroup: [NARROW, 4, 1], keys: 8, together: true, blocks: even };
}

/** Whether queries and keys are read in vectors of their depth. */
function inVectorsOf({ left, right, depth }: AttentionCore): boolean {
  return alongDepth(left, depth) && alongDepth(right, depth);
}

/** Scalars of a score's program that may be written out for each score: a product and its scale. A mask takes more. */
const SHORT_PROGRAM = 4;

const each = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export function attentionKernel(kernel: Kernel, core: AttentionCore, context: KernelContext): GeneratedKernel {
  const shader = new Shader(context);
  const programs = programWriter(shader, context.elementwise);
  const cut = cutOf(core, context);
  const { workgroup, keys: keyCount, together } = cut;
  const main = new Scope(mainHead(workgroup), ['batch']);
  if (together) useTogether(shader);
  const [rows, steps] = [shader.word('rows', core.rows), shader.word('steps', core.steps)];
  const invocations = workgroup[0] * workgroup[1];
  main.line(`let item = (${GROUP_NUMBER}) * ${invocations}u + local.y * ${workgroup[0]}u + local.x;`);
  const blocks = shader.word('blocks', cut.blocks);
  main.line(`let batch = item / ${blocks};`);
  main.line(`if (batch >= ${shader.word('batches', core.batch)}) { return; }`);
  main.line(`let first_row = item % ${blocks} * ${QUERIES}u;`);
  const width = alongColumns(core.values, core.columns) ? 4 : 1;
  const vectors = core.columns / width;
  main.line(`var sums: array<${width === 4 ? 'vec4f' : 'f32'}, ${QUERIES * vectors}>;`);
  main.line(`var highest: array<f32, ${QUERIES}>;`);
  main.line(`var totals: array<f32, ${QUERIES}>;`);
  main.line(`var shrinks: array<f32, ${QUERIES}>;`);
  main.line(`var scores: array<f32, ${QUERIES * keyCount}>;`);
  const lowest = shader.number(-Infinity, 'f32');
  main.line(`for (var i = 0u; i < ${QUERIES}u; i++) { highest[i] = ${lowest}; }`);

  const bases = [core.left, core.right].map(({ base }) => indexText(base, main, programs).text) as [string, string];
  const products = productsWriter(core, cut, shader, main, bases, { rows, steps });
  const values = sharedReader(shader, core.values, width, together);
  const valuesBase = indexText(core.values.base, main, programs).text;
  const valueStep = shader.word('value_step', core.values.depthStride / width);
  const valueColumn = width === 4 ? '1u' : shader.word('value_column', core.values.stride);

  const loop = main.block(`for (var first_step = 0u; first_step < ${steps}; first_step += ${keyCount}u)`);
  products(loop);

  const loopOf = (variable: string, turns: number): string => {
    if (core.element.length > SHORT_PROGRAM) return shader.rolled(variable, turns);
    return `for (var ${variable} = 0u; ${variable} < ${turns}u; ${variable}++)`;
  };
  const queries = loop.block(loopOf('i', QUERIES), ['row']);
  queries.line(`let row = min(first_row + i, ${rows} - 1u);`);
  queries.line('var top = highest[i];');
  const keys = queries.block(loopOf('j', keyCount), ['step', 'product']);
  keys.line('let step = first_step + j;');
  keys.line(`if (step >= ${steps}) { scores[i * ${keyCount}u + j] = ${lowest}; continue; }`);
  keys.line(`let product = scores[i * ${keyCount}u + j];`);
  const score = programText(core.element, keys, programs, [{ text: 'product', depends: new Set(['product']) }]).at(-1)!;
  keys.line(`scores[i * ${keyCount}u + j] = ${score.text};`);
  keys.line(`top = max(top, ${score.text});`);
  // As long as all keys are masked, nothing is taken off, so that −∞ − −∞ does not come up.
  queries.line(`let level = select(top, 0.0, top == ${lowest});`);
  queries.line('let shrink = exp(highest[i] - level);');
  queries.line('highest[i] = top;');
  queries.line('var part = 0.0;');
  const weights = queries.block(loopOf('j', keyCount));
  weights.line(`let weight = exp(scores[i * ${keyCount}u + j] - level);`);
  weights.line(`scores[i * ${keyCount}u + j] = weight;`);
  weights.line('part += weight;');
  queries.line('totals[i] = totals[i] * shrink + part;');
  queries.line('shrinks[i] = shrink;');

  for (const j of each(keyCount)) {
    const own = values.base(valuesBase, `min(first_step + ${j}u, ${steps} - 1u) * ${valueStep}`);
    loop.line(`let value_${j} = ${own};`);
  }
  for (const i of each(QUERIES)) loop.line(`let shrink_${i} = shrinks[${i}];`);
  for (const index of each(QUERIES * keyCount)) loop.line(`let w${index} = scores[${index}];`);
  const columns = loop.block(`for (var c = 0u; c < ${vectors}u; c++)`);
  for (const j of each(keyCount)) values.read(columns, `v${j}`, `value_${j}`, `c * ${valueColumn}`);
  for (const i of each(QUERIES)) {
    const terms = each(keyCount).map((j) => `w${i * keyCount + j} * v${j}`);
    columns.line(`sums[${i * vectors}u + c] = sums[${i * vectors}u + c] * shrink_${i} + (${terms.join(' + ')});`);
  }

  const down = main.block(`for (var i = 0u; i < ${QUERIES}u; i++)`, ['row']);
  down.line('let row = first_row + i;');
  down.line(`if (row >= ${rows}) { break; }`);
  const across = down.block(`for (var column = 0u; column < ${core.columns}u; column++)`, ['column', 'product']);
  const sum = width === 4 ? `sums[i * ${vectors}u + column / 4u][column % 4u]` : `sums[i * ${vectors}u + column]`;
  across.line(`let product = ${sum} / totals[i];`);
  storesText(kernel.epilogue, kernel.stores, across, programs, [{ text: 'product', depends: new Set(['product']) }]);
  return shader.finish(main.render(), workgroup, Math.ceil((cut.blocks * core.batch) / invocations));
}

/** Writes the products of the invocation's queries with the keys from `first_step` into `scores`. */
function productsWriter(
  core: AttentionCore,
  { keys: keyCount, together }: Cut,
  shader: Shader,
  main: Scope,
  [leftBase, rightBase]: readonly [string, string],
  { rows, steps }: { readonly rows: string; readonly steps: string },
): (loop: Scope) => void {
  const width = inVectorsOf(core) ? 4 : 1;
  const left = shader.read(core.left.value, 'f32', width);
  const right = sharedReader(shader, core.right, width, together);
  const [rowStride, keyStride] = [core.left, core.right].map(({ stride }) => shader.word('stride', stride / width));
  const [leftStep, rightStep] = [core.left, core.right].map(({ depthStride }) =>
    width === 4 ? '1u' : shader.word('along', depthStride),
  );
  for (const i of each(QUERIES)) {
    main.line(`let left_${i} = ${leftBase} / ${width}u + min(first_row + ${i}u, ${rows} - 1u) * ${rowStride};`);
  }
  return (loop) => {
    for (const j of each(keyCount)) {
      const own = right.base(rightBase, `min(first_step + ${j}u, ${steps} - 1u) * ${keyStride}`);
      loop.line(`let right_${j} = ${own};`);
    }
    // Each by its own name: what is indexed in a loop stays in memory.
    for (const index of each(QUERIES * keyCount)) loop.line(`var s${index} = 0.0;`);
    const depth = loop.block(`for (var k = 0u; k < ${shader.word('depth', core.depth / width)}; k++)`);
    for (const j of each(keyCount)) right.read(depth, `b${j}`, `right_${j}`, `k * ${rightStep}`);
    for (const i of each(QUERIES)) {
      depth.line(`let a${i} = ${left.at(`left_${i} + k * ${leftStep}`)};`);
      for (const j of each(keyCount)) {
        depth.line(`s${i * keyCount + j} += ${width === 4 ? `dot(a${i}, b${j})` : `a${i} * b${j}`};`);
      }
    }
    for (const index of each(QUERIES * keyCount)) loop.line(`scores[${index}] = s${index};`);
  };
}

/** Reads numbers, or vectors of four, of an operand that all queries of a batch meet. */
interface SharedReader {
  /** The position at which the line at `line` (in vectors) begins for this invocation. */
  base(first: string, line: string): string;
  /** Binds what is `along` the line that begins at `base`. */
  read(scope: Scope, name: string, base: string, along: string): void;
}

function sharedReader(shader: Shader, { value }: MatrixOperand, width: 1 | 4, together: boolean): SharedReader {
  const elements = shader.read(value, 'f32', together ? 1 : width);
  if (!together) {
    return {
      base: (first, line) => `${first} / ${width}u + ${line}`,
      read: (scope, name, base, along) => scope.line(`let ${name} = ${elements.at(`${base} + ${along}`)};`),
    };
  }
  return {
    base: (first, line) => `${first} + local.x + 4u * (${line})`,
    read: (scope, name, base, along) => vectorTogether(scope, name, elements, `${base} + 4u * ${along}`),
  };
}
