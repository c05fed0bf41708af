/** Every node type, one line each, in the order in which the palette shows them. */
import type { NodeDefinition } from './definition.ts';
import { constant } from './input/constant.ts';
import { imageInput } from './input/image-input.ts';
import { randomTensor } from './input/random-tensor.ts';
import { causalMask } from './language/causal-mask.ts';
import { embedding } from './language/embedding.ts';
import { lstm } from './language/lstm.ts';
import { generate } from './language/generate.ts';
import { tokenInput } from './language/token-input.ts';
import { crossEntropy } from './loss/cross-entropy.ts';
import { add } from './math/add.ts';
import { compare } from './math/compare.ts';
import { divide } from './math/divide.ts';
import { dropout } from './math/dropout.ts';
import { exp } from './math/exp.ts';
import { functionalLinear } from './math/functional-linear.ts';
import { gelu } from './math/gelu.ts';
import { l2Normalize } from './math/l2-normalize.ts';
import { layerNorm } from './math/layer-norm.ts';
import { linear } from './math/linear.ts';
import { log } from './math/log.ts';
import { logSigmoid } from './math/log-sigmoid.ts';
import { logicalAnd } from './math/logical-and.ts';
import { logicalNot } from './math/logical-not.ts';
import { logicalOr } from './math/logical-or.ts';
import { matmul } from './math/matmul.ts';
import { multiply } from './math/multiply.ts';
import { negate } from './math/negate.ts';
import { power } from './math/power.ts';
import { quickGelu } from './math/quick-gelu.ts';
import { relu } from './math/relu.ts';
import { rmsNorm } from './math/rms-norm.ts';
import { scaledDotProductAttention } from './math/scaled-dot-product-attention.ts';
import { sigmoid } from './math/sigmoid.ts';
import { softmax } from './math/softmax.ts';
import { sqrt } from './math/sqrt.ts';
import { subtract } from './math/subtract.ts';
import { tanh } from './math/tanh.ts';
import { where } from './math/where.ts';
import { maskedScatter } from './multimodal/masked-scatter.ts';
import { input } from './port/input.ts';
import { output } from './port/output.ts';
import { arange } from './tensor/arange.ts';
import { argmax } from './tensor/argmax.ts';
import { cast } from './tensor/cast.ts';
import { concat } from './tensor/concat.ts';
import { expand } from './tensor/expand.ts';
import { eye } from './tensor/eye.ts';
import { flatten } from './tensor/flatten.ts';
import { max } from './tensor/max.ts';
import { mean } from './tensor/mean.ts';
import { meanPool } from './tensor/mean-pool.ts';
import { min } from './tensor/min.ts';
import { parameter } from './tensor/parameter.ts';
import { reshape } from './tensor/reshape.ts';
import { select } from './tensor/select.ts';
import { slice } from './tensor/slice.ts';
import { split } from './tensor/split.ts';
import { sum } from './tensor/sum.ts';
import { takeAt } from './tensor/take-at.ts';
import { takeRows } from './tensor/take-rows.ts';
import { topK } from './tensor/top-k.ts';
import { transpose } from './tensor/transpose.ts';
import { attentionMap } from './view/attention-map.ts';
import { attentionMatrix } from './view/attention-matrix.ts';
import { histogram } from './view/histogram.ts';
import { line } from './view/line.ts';
import { patchGrid } from './view/patch-grid.ts';
import { similarityMatrix } from './view/similarity-matrix.ts';
import { table } from './view/table.ts';
import { text } from './view/text.ts';
import { tokenStrip } from './view/token-strip.ts';
import { patchify } from './vision/patchify.ts';
import { positionEmbedding } from './vision/position-embedding.ts';

export type NodeRegistry = ReadonlyMap<string, NodeDefinition>;

export const NODES: NodeRegistry = new Map(
  [
    imageInput,
    tokenInput,
    randomTensor,
    constant,
    patchify,
    positionEmbedding,
    embedding,
    lstm,
    causalMask,
    maskedScatter,
    linear,
    functionalLinear,
    layerNorm,
    rmsNorm,
    l2Normalize,
    scaledDotProductAttention,
    softmax,
    gelu,
    quickGelu,
    relu,
    sigmoid,
    tanh,
    dropout,
    matmul,
    add,
    subtract,
    multiply,
    divide,
    power,
    negate,
    exp,
    log,
    sqrt,
    logSigmoid,
    compare,
    logicalAnd,
    logicalOr,
    logicalNot,
    where,
    cast,
    reshape,
    expand,
    transpose,
    concat,
    split,
    slice,
    select,
    takeAt,
    takeRows,
    flatten,
    meanPool,
    mean,
    sum,
    max,
    min,
    argmax,
    topK,
    arange,
    eye,
    parameter,
    crossEntropy,
    generate,
    patchGrid,
    attentionMap,
    attentionMatrix,
    similarityMatrix,
    tokenStrip,
    histogram,
    line,
    text,
    table,
    input,
    output,
  ].map((definition) => [definition.type, definition]),
);
