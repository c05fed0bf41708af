/**
 * Attention without its scores in memory: each invocation takes a few queries past all keys, some at a time, and keeps for
 * each query the highest score so far, the sum of the weights and the sums of the weighted values, which shrink when a
 * higher score comes (softmax online: Milakov and Gimelshein 2018; Dao et al. 2022). Without barriers. Keys beyond the end
 * have a score of −∞ and so no weight; a query all of whose keys are masked has sums of 0 / 0, NaN as in PyTorch.
 */
import type { Kernel, KernelCore } from '../ir/kernel.ts';
import { indexText } from './index-text.ts';
import { alongColumns, alongDepth } from './matmul/register.ts';
import { programText, programWriter, storesText, type KernelContext } from './program-text.ts';
import { Scope } from './scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from './shader.ts';

type AttentionCore = Extract<KernelCore, { kind: 'attention' }>;

/** Small, so that a few hundred queries are spread over all cores. */
const WORKGROUP = [16, 1, 1] as const;
/** Queries of an invocation, and keys that it takes at a time. */
const QUERIES = 4;
const KEYS = 8;

/** Scalars of a score's program that may be written out for each score: a product and its scale. A mask takes more. */
const SHORT_PROGRAM = 4;

const each = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export function attentionKernel(kernel: Kernel, core: AttentionCore, context: KernelContext): GeneratedKernel {
  const shader = new Shader(context.halves);
  const programs = programWriter(shader, context.elementwise);
  const main = new Scope(mainHead(WORKGROUP), ['batch']);
  const blocks = Math.ceil(core.rows / QUERIES);
  const [rows, steps] = [shader.word('rows', core.rows), shader.word('steps', core.steps)];
  main.line(`let item = (${GROUP_NUMBER}) * ${WORKGROUP[0]}u + local.x;`);
  main.line(`let batch = item / ${shader.word('blocks', blocks)};`);
  main.line(`if (batch >= ${shader.word('batches', core.batch)}) { return; }`);
  main.line(`let first_row = item % ${shader.word('blocks', blocks)} * ${QUERIES}u;`);
  const width = alongColumns(core.values, core.columns) ? 4 : 1;
  const vectors = core.columns / width;
  main.line(`var sums: array<${width === 4 ? 'vec4f' : 'f32'}, ${QUERIES * vectors}>;`);
  main.line(`var highest: array<f32, ${QUERIES}>;`);
  main.line(`var totals: array<f32, ${QUERIES}>;`);
  main.line(`var shrinks: array<f32, ${QUERIES}>;`);
  main.line(`var scores: array<f32, ${QUERIES * KEYS}>;`);
  const lowest = shader.number(-Infinity, 'f32');
  main.line(`for (var i = 0u; i < ${QUERIES}u; i++) { highest[i] = ${lowest}; }`);

  const bases = [core.left, core.right].map(({ base }) => indexText(base, main, programs).text) as [string, string];
  const products = productsWriter(core, shader, main, bases, { rows, steps });
  const values = shader.read(core.values.value, 'f32', width);
  const valuesBase = indexText(core.values.base, main, programs).text;
  const valueStep = shader.word('value_step', core.values.depthStride / width);
  const valueColumn = width === 4 ? '1u' : shader.word('value_column', core.values.stride);

  const loop = main.block(`for (var first_step = 0u; first_step < ${steps}; first_step += ${KEYS}u)`);
  products(loop);

  const loopOf = (variable: string, turns: number): string => {
    if (core.element.length > SHORT_PROGRAM) return shader.rolled(variable, turns);
    return `for (var ${variable} = 0u; ${variable} < ${turns}u; ${variable}++)`;
  };
  const queries = loop.block(loopOf('i', QUERIES), ['row']);
  queries.line(`let row = min(first_row + i, ${rows} - 1u);`);
  queries.line('var top = highest[i];');
  const keys = queries.block(loopOf('j', KEYS), ['step', 'product']);
  keys.line('let step = first_step + j;');
  keys.line(`if (step >= ${steps}) { scores[i * ${KEYS}u + j] = ${lowest}; continue; }`);
  keys.line(`let product = scores[i * ${KEYS}u + j];`);
  const score = programText(core.element, keys, programs, [{ text: 'product', depends: new Set(['product']) }]).at(-1)!;
  keys.line(`scores[i * ${KEYS}u + j] = ${score.text};`);
  keys.line(`top = max(top, ${score.text});`);
  // As long as all keys are masked, nothing is taken off, so that −∞ − −∞ does not come up.
  queries.line(`let level = select(top, 0.0, top == ${lowest});`);
  queries.line('let shrink = exp(highest[i] - level);');
  queries.line('highest[i] = top;');
  queries.line('var part = 0.0;');
  const weights = queries.block(loopOf('j', KEYS));
  weights.line(`let weight = exp(scores[i * ${KEYS}u + j] - level);`);
  weights.line(`scores[i * ${KEYS}u + j] = weight;`);
  weights.line('part += weight;');
  queries.line('totals[i] = totals[i] * shrink + part;');
  queries.line('shrinks[i] = shrink;');

  for (const j of each(KEYS)) {
    loop.line(`let value_${j} = ${valuesBase} / ${width}u + min(first_step + ${j}u, ${steps} - 1u) * ${valueStep};`);
  }
  for (const i of each(QUERIES)) loop.line(`let shrink_${i} = shrinks[${i}];`);
  for (const index of each(QUERIES * KEYS)) loop.line(`let w${index} = scores[${index}];`);
  const columns = loop.block(`for (var c = 0u; c < ${vectors}u; c++)`);
  for (const j of each(KEYS)) columns.line(`let v${j} = ${values.at(`value_${j} + c * ${valueColumn}`)};`);
  for (const i of each(QUERIES)) {
    const terms = each(KEYS).map((j) => `w${i * KEYS + j} * v${j}`);
    columns.line(`sums[${i * vectors}u + c] = sums[${i * vectors}u + c] * shrink_${i} + (${terms.join(' + ')});`);
  }

  const down = main.block(`for (var i = 0u; i < ${QUERIES}u; i++)`, ['row']);
  down.line('let row = first_row + i;');
  down.line(`if (row >= ${rows}) { break; }`);
  const across = down.block(`for (var column = 0u; column < ${core.columns}u; column++)`, ['column', 'product']);
  const sum = width === 4 ? `sums[i * ${vectors}u + column / 4u][column % 4u]` : `sums[i * ${vectors}u + column]`;
  across.line(`let product = ${sum} / totals[i];`);
  storesText(kernel.epilogue, kernel.stores, across, programs, [{ text: 'product', depends: new Set(['product']) }]);
  return shader.finish(main.render(), WORKGROUP, Math.ceil((blocks * core.batch) / WORKGROUP[0]));
}

/** Writes the products of the invocation's queries with the keys from `first_step` into `scores`. */
function productsWriter(
  core: AttentionCore,
  shader: Shader,
  main: Scope,
  [leftBase, rightBase]: readonly [string, string],
  { rows, steps }: { readonly rows: string; readonly steps: string },
): (loop: Scope) => void {
  const width = alongDepth(core.left, core.depth) && alongDepth(core.right, core.depth) ? 4 : 1;
  const left = shader.read(core.left.value, 'f32', width);
  const right = shader.read(core.right.value, 'f32', width);
  const [rowStride, keyStride] = [core.left, core.right].map(({ stride }) => shader.word('stride', stride / width));
  const [leftStep, rightStep] = [core.left, core.right].map(({ depthStride }) =>
    width === 4 ? '1u' : shader.word('along', depthStride),
  );
  for (const i of each(QUERIES)) {
    main.line(`let left_${i} = ${leftBase} / ${width}u + min(first_row + ${i}u, ${rows} - 1u) * ${rowStride};`);
  }
  return (loop) => {
    for (const j of each(KEYS)) {
      loop.line(`let right_${j} = ${rightBase} / ${width}u + min(first_step + ${j}u, ${steps} - 1u) * ${keyStride};`);
    }
    // Each by its own name: what is indexed in a loop stays in memory.
    for (const index of each(QUERIES * KEYS)) loop.line(`var s${index} = 0.0;`);
    const depth = loop.block(`for (var k = 0u; k < ${shader.word('depth', core.depth / width)}; k++)`);
    for (const j of each(KEYS)) depth.line(`let b${j} = ${right.at(`right_${j} + k * ${rightStep}`)};`);
    for (const i of each(QUERIES)) {
      depth.line(`let a${i} = ${left.at(`left_${i} + k * ${leftStep}`)};`);
      for (const j of each(KEYS)) {
        depth.line(`s${i * KEYS + j} += ${width === 4 ? `dot(a${i}, b${j})` : `a${i} * b${j}`};`);
      }
    }
    for (const index of each(QUERIES * KEYS)) loop.line(`scores[${index}] = s${index};`);
  };
}
