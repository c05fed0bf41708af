import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBuilder } from '../../gpu/ops/create-builder.ts';
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { analyse } from '../../graph/analyse.ts';
import type { LeafInstance } from '../../graph/instance.ts';
import { FORMAT_VERSION, schemas, type ParameterValue, type PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../registry.ts';
import { planSources } from '../sources.ts';
import { createTokenizers } from '../text/tokenizers.ts';
import { lastPosition, withFrontier } from './frontier.ts';
import { generateTokens, type GenerationOptions, type TokenRows } from './generate-tokens.ts';
import { grow } from './grow.ts';
import { endsOfNode, endsOfOutputs, generateNodes, planGeneration, type GenerationPlan } from './plan.ts';

const GREEDY: GenerationOptions = { tokens: 5, temperature: 0, topK: 0, topP: 1, seed: 0, eosTokenId: null };

/** Logits that want the last token's successor modulo `vocab`. */
const counting =
  (vocab: number) =>
  (rows: TokenRows): Promise<number[][]> =>
    Promise.resolve(
      rows.map((row) => Array.from({ length: vocab }, (_, id) => (id === (row.at(-1)! + 1) % vocab ? 1 : 0))),
    );

async function all(
  prompt: TokenRows,
  options: GenerationOptions,
  logitsOf: Parameters<typeof generateTokens>[2],
): Promise<(readonly number[])[]> {
  const steps: (readonly number[])[] = [];
  for await (const step of generateTokens(prompt, options, logitsOf)) steps.push(step);
  return steps;
}

test('every token is chosen from what was written before it', async () => {
  const lengths: number[] = [];
  const steps = await all([[3], [8]], GREEDY, (rows) => {
    lengths.push(rows[0]!.length);
    return counting(10)(rows);
  });
  expect(steps).toEqual([
    [4, 9],
    [5, 0],
    [6, 1],
    [7, 2],
    [8, 3],
  ]);
  expect(lengths).toEqual([1, 2, 3, 4, 5]);
});

test('a sequence ends at its last token, and all end when every one has', async () => {
  const steps = await all([[3], [1]], { ...GREEDY, eosTokenId: 5 }, counting(10));
  expect(steps).toEqual([
    [4, 2],
    [5, 3],
    [5, 4],
    [5, 5],
  ]);
});

test('a sequence that has ended does not change what the others draw', async () => {
  const flat = (rows: TokenRows): Promise<number[][]> => Promise.resolve(rows.map(() => [0, 0, 0, 0, 0, 0]));
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const options = { ...GREEDY, tokens: 12, temperature: 1, seed };
      const free = await all([[0], [0]], options, flat);
      const ending = await all([[0], [0]], { ...options, eosTokenId: free[2]![0]! }, flat);
      for (const [step, ids] of ending.entries()) {
        if (!ending.slice(0, step).some((before) => before[1] === free[2]![0])) expect(ids[1]).toBe(free[step]![1]);
      }
    }),
  );
});

const main = (
  params: Readonly<Record<string, ParameterValue>>,
  edges: readonly string[] = ['logits', 'input_ids'],
): PatchbayDocument => ({
  format: 'patchbay',
  version: FORMAT_VERSION,
  seed: 0,
  main: 'Main',
  presets: [],
  assets: [],
  modules: [
    schemas().module.parse({
      name: 'Main',
      hyperparameters: [],
      sizes: [{ name: 'text_len', default: 8 }],
      nodes: [
        { id: 'ids', name: 'ids', type: 'token_input', params: { length: 'text_len', ...params }, position: [0, 0] },
        { id: 'embedding', name: 'embedding', type: 'embedding', position: [0, 0] },
        { id: 'write', name: 'write', type: 'generate', params: { temperature: 0.5, top_k: 3 }, position: [0, 0] },
      ],
      edges: [
        { from: ['ids', 'ids'], to: ['embedding', 'ids'] },
        ...[
          { from: ['embedding', 'output'], to: ['write', 'logits'] },
          { from: ['ids', 'ids'], to: ['write', 'input_ids'] },
        ].filter(({ to }) => edges.includes(to[1]!)),
      ],
    }),
  ],
});

function planned(document: PatchbayDocument): ReturnType<typeof planGeneration> {
  const { tree, inference } = analyse(document, NODES);
  const tokenizers = createTokenizers();
  const sources = planSources(tree, inference, document, new Map(), tokenizers);
  const ends = endsOfNode(generateNodes(tree)[0]!);
  if ('message' in ends) return ends;
  return planGeneration(ends, { tree, document, sources, tokenizers, bound: new Map() });
}

test('a plan says what grows, from which ids, by which logits', () => {
  const plan = planned(
    main({ words: 'a b', text: 'b a', batch: 2, image_tokens: 1, image_token_id: 9 }),
  ) as GenerationPlan;
  expect(plan).toMatchObject({
    place: { path: 'write', nodeId: 'write' },
    logits: 'embedding.output',
    source: 'ids',
    prompt: [
      [9, 2, 1],
      [9, 2, 1],
    ],
    imageTokens: 1,
    vocabSize: 256,
    options: { tokens: 20, temperature: 0.5, topK: 3, topP: 1, seed: 0, eosTokenId: null },
  });
  expect(plan.tokenizer?.decode([1, 2])).toBe('a b');
});

test('what is not called does not generate, whether it is muted itself or what feeds it is', () => {
  const found = (muted: string): readonly string[] => {
    const document = structuredClone(main({ words: 'a b', text: 'b a' }));
    document.modules[0]!.nodes.find(({ id }) => id === muted)!.mode = 'mute';
    return generateNodes(analyse(document, NODES).tree).map(({ path }) => path);
  };
  expect(found('write')).toEqual([]);
  expect(found('embedding')).toEqual([]);
});

test.for<readonly [string, PatchbayDocument, object]>([
  ['no text', main({ text: '' }), { code: 'generate.prompt' }],
  [
    'lines of different lengths',
    main({ text: 'a\na red', batch: 2 }),
    { code: 'generate.lengths', message: /has 1 tokens, number 2 has 2/ },
  ],
  ['no logits', main({}, ['input_ids']), { code: 'input.unconnected', message: /logits/ }],
  ['no ids', main({}, ['logits']), { code: 'input.unconnected', message: /input_ids/ }],
])('%s is a problem of the generate node', ([, document, expected]) => {
  const { message, ...rest } = expected as { message?: RegExp };
  const problem = planned(document) as { message: string };
  expect(problem).toMatchObject({ severity: 'error', place: { path: 'write', nodeId: 'write' }, ...rest });
  if (message) expect(problem.message).toMatch(message);
});

test('without a generate node, the output logits and the only token input will do', () => {
  const document = main({});
  const [module] = document.modules;
  const output = { id: 'logits', name: 'logits', type: 'output', position: [0, 0] as [number, number] };
  const nodes = [...module!.nodes.filter(({ name }) => name !== 'write'), output];
  const edges = [module!.edges[0]!, { from: ['embedding', 'output'], to: ['logits', 'input'] } as const].map(
    ({ from, to }) => ({ from: [...from] as [string, string], to: [...to] as [string, string] }),
  );
  const ends = (more: typeof nodes) =>
    endsOfOutputs(analyse({ ...document, modules: [{ ...module!, nodes: [...nodes, ...more], edges }] }, NODES).tree);
  expect(ends([])).toMatchObject({ logits: { path: 'embedding', port: 'output' }, ids: { path: 'ids' } });
  expect(ends([{ id: 'other', name: 'other', type: 'token_input', position: [0, 0] }])).toBeNull();
});

test('a length that is a size grows as that size, one that stands in the node grows there', () => {
  const rows = [[9, 1, 2, 3]];
  const named = main({ image_tokens: 1 });
  const grown = grow(named, analyse(named, NODES).tree, 'ids', rows);
  expect(grown).toMatchObject({ values: { text_len: 3 }, document: named });
  expect(grown.type.dims.map(({ size }) => size)).toEqual([1, 4]);
  expect([...grown.ids]).toEqual(rows[0]);
  const written = main({ length: 5, image_tokens: 1 });
  const longer = grow(written, analyse(written, NODES).tree, 'ids', rows);
  expect(longer.values).toEqual({});
  const leaf = analyse(longer.document, NODES, { bound: new Map([['ids', longer.type]]) });
  expect(leaf.problems).toEqual([]);
  expect((leaf.tree.byPath.get('ids') as LeafInstance).params['length']?.value).toBe(3);
});

test('what does not depend on the ids is kept, but no leaf, and nothing of weights alone', () => {
  const builder = createBuilder();
  const input = (name: string) => builder.emit('input', [], { name, key: name, dtype: 'f32', shape: [2] });
  const [ids, image] = [input('ids'), input('image')];
  const weight = builder.emit('weight', [], { path: 'w', key: 'w', dtype: 'f32', shape: [2] });
  const scale = builder.emit('exp', [weight]);
  const features = builder.emit('mul', [builder.emit('exp', [image]), scale]);
  const logits = builder.emit('add', [builder.emit('mul', [builder.emit('add', [ids, image]), scale]), features]);
  const { outputs } = withFrontier(
    { ...builder.build(), outputs: [{ name: 'logits', value: logits, kind: 'tap' }] },
    'ids',
  );
  expect(outputs.map(({ value }) => value)).toEqual([logits, features]);
});

test('of the logits only the last position is computed', () => {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [2, 5, 3] });
  const weight = builder.emit('weight', [], { path: 'w', key: 'w', dtype: 'f32', shape: [7, 3] });
  const logits = builder.emit('linear', [x, weight]);
  const { graph, last } = lastPosition(builder.build(), logits);
  const narrowed = runPasses(withFrontier({ ...graph, outputs: [{ name: 'logits', value: last, kind: 'tap' }] }, 'x'));
  expect(narrowed.types.get(narrowed.outputs[0]!.value)!.shape).toEqual([2, 1, 7]);
  expect(narrowed.operations.map(({ op }) => op)).toEqual(['input', 'weight', 'slice', 'linear']);
});
