/** All ops. An op is known by its line here; everything else about it stands in its own file. */
import { ARGMAX } from './composites/argmax.ts';
import { ATTENTION } from './composites/attention.ts';
import { CROSS_ENTROPY } from './composites/cross-entropy.ts';
import { GELU } from './composites/gelu.ts';
import { LAYER_NORM } from './composites/layer-norm.ts';
import { LINEAR } from './composites/linear.ts';
import { LSTM_STEP } from './composites/lstm-step.ts';
import { LSTM } from './composites/lstm.ts';
import { MATMUL } from './composites/matmul.ts';
import { PATCH_CONV } from './composites/patch-conv.ts';
import { RMS_NORM } from './composites/rms-norm.ts';
import { SOFTMAX } from './composites/softmax.ts';
import { TOP_K } from './composites/top-k.ts';
import { ABS } from './elementwise/abs.ts';
import { ADD } from './elementwise/add.ts';
import { AND } from './elementwise/and.ts';
import { CAST } from './elementwise/cast.ts';
import { DIV } from './elementwise/div.ts';
import { EQUAL } from './elementwise/equal.ts';
import { ERF } from './elementwise/erf.ts';
import { EXP } from './elementwise/exp.ts';
import { GREATER_EQUAL } from './elementwise/greater-equal.ts';
import { GREATER } from './elementwise/greater.ts';
import { LESS_EQUAL } from './elementwise/less-equal.ts';
import { LESS } from './elementwise/less.ts';
import { LOG } from './elementwise/log.ts';
import { LOG1P } from './elementwise/log1p.ts';
import { MAXIMUM } from './elementwise/maximum.ts';
import { MINIMUM } from './elementwise/minimum.ts';
import { MUL } from './elementwise/mul.ts';
import { NEG } from './elementwise/neg.ts';
import { NOT_EQUAL } from './elementwise/not-equal.ts';
import { NOT } from './elementwise/not.ts';
import { OR } from './elementwise/or.ts';
import { POW } from './elementwise/pow.ts';
import { RECIPROCAL } from './elementwise/reciprocal.ts';
import { RELU } from './elementwise/relu.ts';
import { RSQRT } from './elementwise/rsqrt.ts';
import { SELECT } from './elementwise/select.ts';
import { SIGMOID } from './elementwise/sigmoid.ts';
import { SQRT } from './elementwise/sqrt.ts';
import { SUB } from './elementwise/sub.ts';
import { TANH } from './elementwise/tanh.ts';
import { CONSTANT } from './leaves/constant.ts';
import { INPUT } from './leaves/input.ts';
import { IOTA } from './leaves/iota.ts';
import { LITERAL } from './leaves/literal.ts';
import { WEIGHT } from './leaves/weight.ts';
import { CONCAT } from './movement/concat.ts';
import { EXPAND } from './movement/expand.ts';
import { GATHER } from './movement/gather.ts';
import { PAD } from './movement/pad.ts';
import { PERMUTE } from './movement/permute.ts';
import { RESHAPE } from './movement/reshape.ts';
import { SLICE } from './movement/slice.ts';
import { REDUCE_MAX } from './reductions/max.ts';
import { REDUCE_MEAN } from './reductions/mean.ts';
import { REDUCE_MIN } from './reductions/min.ts';
import { REDUCE_SUM } from './reductions/sum.ts';
import type { OpRecord } from './record.ts';

const RECORDS: readonly OpRecord[] = [
  // leaves
  INPUT,
  WEIGHT,
  LITERAL,
  CONSTANT,
  IOTA,
  // elementwise
  NEG,
  ABS,
  EXP,
  LOG,
  LOG1P,
  SQRT,
  RSQRT,
  RECIPROCAL,
  TANH,
  ERF,
  SIGMOID,
  RELU,
  ADD,
  SUB,
  MUL,
  DIV,
  MAXIMUM,
  MINIMUM,
  POW,
  EQUAL,
  NOT_EQUAL,
  LESS,
  LESS_EQUAL,
  GREATER,
  GREATER_EQUAL,
  AND,
  OR,
  NOT,
  SELECT,
  CAST,
  // movement
  RESHAPE,
  PERMUTE,
  EXPAND,
  SLICE,
  PAD,
  CONCAT,
  GATHER,
  // reductions
  REDUCE_SUM,
  REDUCE_MEAN,
  REDUCE_MAX,
  REDUCE_MIN,
  // composites
  MATMUL,
  SOFTMAX,
  LAYER_NORM,
  RMS_NORM,
  GELU,
  LINEAR,
  ATTENTION,
  PATCH_CONV,
  LSTM,
  LSTM_STEP,
  ARGMAX,
  TOP_K,
  CROSS_ENTROPY,
];

/** Every op by its name. */
export const OPS: ReadonlyMap<string, OpRecord> = new Map(RECORDS.map((record) => [record.name, record]));
