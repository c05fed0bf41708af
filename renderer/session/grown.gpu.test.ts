/** Text that grows, as the application computes it: what a step leaves on the GPU is what the next one reads. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCache } from '../../graph/cache.ts';
import type { GraphNode, PatchbayDocument } from '../../graph/schema.ts';
import { documentOf, instance, module, node, wire } from '../../graph/testing/documents.ts';
import type { FloatStorage } from '../../gpu/ir/storage.ts';
import type { Engine } from '../../gpu/runtime/engine.ts';
import { numbersOf, openTestEngine, relativeError } from '../../gpu/testing/on-gpu.ts';
import { Continuation } from '../../nodes/generation/continuation.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { createTokenizers } from '../../nodes/text/tokenizers.ts';
import { WeightDrawer } from '../../nodes/weights.ts';
import { compileDocument, type CompilerMemory } from './compiler.ts';
import { lastPositionOf } from './protocol.ts';

const [WIDTH, VOCABULARY, LAYERS] = [32, 50, 3];
const LOGITS = 'head.output';
const ROWS = [
  [3, 1, 4, 1, 5, 9, 2],
  [2, 7, 1, 8, 2, 8, 1],
];

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

/** A decoder of a text; it looks at itself under this mask, and at a memory that is always the same. */
function decoder(mask: GraphNode): PatchbayDocument {
  return documentOf([
    module('Main', {
      nodes: [
        node('ids', 'token_input', { batch: 2, length: 4, vocab_size: VOCABULARY }),
        node('embedding', 'embedding', { num_embeddings: VOCABULARY, embedding_dim: WIDTH }),
        node('memory', 'random_tensor', { shape: `2, 5, ${WIDTH}` }),
        mask,
        instance('decoder', 'TransformerDecoder', {
          d_model: WIDTH,
          nhead: 4,
          dim_feedforward: 2 * WIDTH,
          num_layers: LAYERS,
        }),
        node('head', 'linear', { in_features: WIDTH, out_features: VOCABULARY }),
      ],
      edges: [
        wire('ids.ids', 'embedding.ids'),
        wire('embedding.output', `${mask.name}.input`),
        wire('embedding.output', 'decoder.tgt'),
        wire('memory.output', 'decoder.memory'),
        wire(`${mask.name}.${mask.type === 'causal_mask' ? 'mask' : 'output'}`, 'decoder.tgt_mask'),
        wire('decoder.hidden_states', 'head.input'),
      ],
    }),
    ...['TransformerDecoder', 'TransformerDecoderLayer', 'MultiheadAttention'].map((name) => MODULES.get(name)!),
  ]);
}

const CAUSAL = decoder(node('mask', 'causal_mask', { dim: 1 }));

function memory(): CompilerMemory {
  return {
    cache: createCache(),
    drawer: new WeightDrawer(),
    tokenizers: createTokenizers(),
    checkpoints: new Map(),
    continuation: new Continuation(),
  };
}

/** Logits of the last position for the first so many ids of each row, and what was computed for them. */
async function step(
  document: PatchbayDocument,
  length: number,
  memory: CompilerMemory,
  { fresh, storage = 'f32' }: { readonly fresh?: true; readonly storage?: FloatStorage } = {},
) {
  const rows = ROWS.map((row) => row.slice(0, length));
  const { limits, shaderF16 = false } = engine.info;
  const compiled = compileDocument(
    {
      document,
      taps: [LOGITS],
      missing: new Set(),
      target: { kind: 'gpu', limits, shaderF16, tuning: engine.tuning, storage },
      grown: { source: 'ids', rows, ...(fresh && { fresh }) },
    },
    memory,
  );
  if (compiled.program.kind !== 'plan') throw new Error('a GPU runs plans');
  const { plan } = compiled.program;
  const noPicture = () => Promise.reject(new Error('the graph has no picture'));
  const leaf = (leaf: Parameters<typeof compiled.leafBytes>[0]) => compiled.leafBytes(leaf, noPicture);
  const { pool } = await engine.run({ plan, leaf });
  const { type, data } = await engine.read(lastPositionOf(LOGITS));
  expect(type.shape).toEqual([2, 1, VOCABULARY]);
  return { logits: { data: numbersOf(type, data) }, flops: plan.flops, pool: pool.bytes, reads: plan.spent ?? [] };
}

test('a causal decoder computes the new position alone, with the numbers of the whole', async () => {
  const held = memory();
  const steps = [];
  for (let length = 3; length <= 7; length++) {
    const reused = await step(CAUSAL, length, held);
    const whole = await step(CAUSAL, length, memory());
    expect(relativeError(reused.logits, whole.logits)).toBeLessThan(2e-6);
    steps.push({ ...reused, part: reused.flops / whole.flops });
  }
  // Keys and values of each layer.
  expect(steps.map(({ reads }) => reads.length)).toEqual([0, 0, 2 * LAYERS, 2 * LAYERS, 2 * LAYERS]);
  for (const { part } of steps.slice(2)) expect(part).toBeLessThan(0.5);
});

test('what is kept may be stored as f16, and read by a step that stores in another way', async () => {
  const held = memory();
  const storages = ['f16', 'f16', 'f16', 'f32', 'f32', 'f16'] as const;
  const reads = [];
  for (const [index, storage] of storages.entries()) {
    const reused = await step(CAUSAL, 2 + index, held, { storage });
    const whole = await step(CAUSAL, 2 + index, memory());
    expect(relativeError(reused.logits, whole.logits)).toBeLessThan(5e-3);
    expect(relativeError(reused.logits, whole.logits)).toBeGreaterThan(0);
    reads.push(reused.reads.length);
  }
  expect(reads).toEqual([0, 0, 2 * LAYERS, 2 * LAYERS, 2 * LAYERS, 2 * LAYERS]);
});

test('what was read once is let go', async () => {
  const held = memory();
  engine.forgetAll();
  const bytes = [];
  for (let length = 3; length <= 7; length++) bytes.push((await step(CAUSAL, length, held)).pool);
  const onePosition = 2 * LAYERS * 2 * WIDTH * 4;
  // Logits of each step, its ids, and the positions that have come.
  for (let at = 3; at < bytes.length; at++) expect(bytes[at]! - bytes[at - 1]!).toBeLessThan(onePosition + 2048);
});

test('what the device does not have any more is asked for, and is nowhere; from the ids alone it is computed', async () => {
  const held = memory();
  for (let length = 3; length <= 5; length++) await step(CAUSAL, length, held);
  engine.forgetAll();
  await expect(step(CAUSAL, 6, held)).rejects.toThrow('nothing says what its numbers are');
  const { logits } = await step(CAUSAL, 6, held, { fresh: true });
  expect(relativeError(logits, (await step(CAUSAL, 6, memory())).logits)).toBeLessThan(2e-6);
});

test('other ids, and another document, begin anew', async () => {
  const held = memory();
  for (let length = 3; length <= 5; length++) await step(CAUSAL, length, held);
  ROWS.reverse();
  try {
    expect((await step(CAUSAL, 6, held)).reads).toEqual([]);
  } finally {
    ROWS.reverse();
  }
  const seeded = { ...CAUSAL, seed: 1 };
  for (let length = 3; length <= 5; length++) await step(CAUSAL, length, held);
  const other = await step(seeded, 6, held);
  expect(relativeError(other.logits, (await step(seeded, 6, memory())).logits)).toBeLessThan(2e-6);
});
