/** Every node type, one line each, in the order in which the palette shows them. */
import type { NodeDefinition } from './definition.ts';
import { constant } from './input/constant.ts';
import { imageInput } from './input/image-input.ts';
import { randomTensor } from './input/random-tensor.ts';
import { tokenInput } from './language/token-input.ts';
import { add } from './math/add.ts';
import { dropout } from './math/dropout.ts';
import { gelu } from './math/gelu.ts';
import { layerNorm } from './math/layer-norm.ts';
import { linear } from './math/linear.ts';
import { matmul } from './math/matmul.ts';
import { multiply } from './math/multiply.ts';
import { scaledDotProductAttention } from './math/scaled-dot-product-attention.ts';
import { softmax } from './math/softmax.ts';
import { input } from './port/input.ts';
import { output } from './port/output.ts';
import { meanPool } from './tensor/mean-pool.ts';
import { reshape } from './tensor/reshape.ts';
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
    linear,
    layerNorm,
    scaledDotProductAttention,
    softmax,
    gelu,
    dropout,
    matmul,
    add,
    multiply,
    reshape,
    transpose,
    meanPool,
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
