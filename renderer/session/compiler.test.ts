import { expect, test } from 'vitest';
import { createCache } from '../../graph/cache.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { Continuation } from '../../nodes/generation/continuation.ts';
import { createTokenizers } from '../../nodes/text/tokenizers.ts';
import { WeightDrawer } from '../../nodes/weights.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { createDerivedStore } from '../stores/derived.ts';
import { createDocumentStore } from '../stores/document.ts';
import { createPictureStore } from '../stores/pictures.ts';
import { compileDocument, type CompileRequest } from './compiler.ts';
import { lastPositionOf } from './protocol.ts';
import { createReferenceDevice } from './reference-device.ts';

const template = (name: string): Promise<PatchbayDocument> =>
  TEMPLATES.find((candidate) => candidate.name === name)!.load();

const compile = (request: Pick<CompileRequest, 'document'> & Partial<CompileRequest>) =>
  compileDocument(
    { taps: [], missing: new Set(), target: { kind: 'graph' }, ...request },
    {
      cache: createCache(),
      drawer: new WeightDrawer(),
      tokenizers: createTokenizers(),
      checkpoints: new Map(),
      continuation: new Continuation(),
    },
  );

const noPicture = () => Promise.reject(new Error('the graph has no picture'));

test('a document runs on the reference device, and its taps can be read and previewed', async () => {
  const compiled = compile({ document: await template('attention'), taps: ['attention.attention_weights'] });
  expect(compiled.summary.runnable).toBe(true);
  const device = createReferenceDevice();
  expect(await device.preview('attended', { index: [], maxSide: 64, view: 'matrix' })).toBeNull();
  const options = {
    leaf: (leaf: Parameters<typeof compiled.leafBytes>[0]) => compiled.leafBytes(leaf, noPicture),
    signal: new AbortController().signal,
    onStage: () => undefined,
  };
  const first = await device.run(compiled.program, options);
  expect(first.stepsRun).toBe(first.stepsTotal);
  const weights = (await device.read('attention.attention_weights'))!;
  const [, heads, rows, columns] = weights.type.shape as [number, number, number, number];
  for (let row = 0; row < heads * rows; row++) {
    const sum = Array.from(weights.data.subarray(row * columns, (row + 1) * columns)).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 5);
  }
  const preview = await device.preview('attended', { index: [0], maxSide: 64, view: 'matrix' });
  expect(preview?.statistics.nonFinite).toBe(0);
  const again = await device.run(compiled.program, options);
  expect(again.stepsRun).toBe(0);
  expect(device.predict(compiled.program)).toBe(0);
});

test('a run that is cancelled says so', async () => {
  const compiled = compile({ document: await template('attention') });
  const stop = new AbortController();
  stop.abort(new Error('cancelled'));
  const leaf = () => Promise.reject(new Error('not asked for'));
  const running = createReferenceDevice().run(compiled.program, {
    leaf,
    signal: stop.signal,
    onStage: () => undefined,
  });
  await expect(running).rejects.toThrow('cancelled');
});

test('a tap without a value is left out, not an error', async () => {
  const { summary } = compile({ document: await template('attention'), taps: ['nowhere.output'] });
  expect(summary.ports).not.toContain('nowhere.output');
  expect(summary.lacking).toEqual(['nowhere.output']);
});

test('a picture that is not there is a problem at its node, and leaves out what follows from it alone', async () => {
  const document = await template('vit');
  const [picture] = document.assets;
  const { data: _, ...byPath } = picture!;
  const without = { ...document, assets: [{ ...byPath, path: 'pictures/lake.png' }] };
  const missing = new Set([picture!.id]);
  expect(compile({ document }).summary.ports).toContain('features');
  expect(compile({ document: without, missing }).summary.ports).not.toContain('features');

  const documents = createDocumentStore(without, 'vit');
  const pictures = createPictureStore();
  const derived = createDerivedStore(documents, pictures);
  const { store } = derived;
  expect(store.getState().problems).toEqual([]);
  pictures.getState().setMissing(missing);
  expect(store.getState().problems).toMatchObject([
    { code: 'picture.missing', place: { path: 'pixel_values', param: 'images' } },
  ]);
  pictures.getState().setMissing(new Set());
  expect(store.getState().problems).toEqual([]);
  derived.dispose();
});

test('with ids that have grown, one position of the logits is computed, and it is the last', async () => {
  const document = await template('vlm');
  const rows = [0, 1].map((row) => [...Array.from({ length: 16 }, () => 98), 5, 6 + row, 7, 8, 9, 10]);
  const port = 'lm_head.output';
  const grown = { source: 'input_ids', rows };
  const picture = async () => ({ width: 1, height: 1, data: new Uint8ClampedArray([200, 100, 50, 255]) });
  const run = async (compiled: ReturnType<typeof compile>, name: string) => {
    const device = createReferenceDevice();
    await device.run(compiled.program, {
      leaf: (leaf) =>
        leaf.name === grown.source
          ? Promise.resolve(new Uint8Array(Int32Array.from(rows.flat()).buffer))
          : compiled.leafBytes(leaf, picture),
      signal: new AbortController().signal,
      onStage: () => undefined,
    });
    return (await device.read(name))!;
  };
  const last = compile({ document, taps: [port], grown });
  expect(last.summary.ports).not.toContain(port);
  const end = await run(last, lastPositionOf(port));
  const all = await run(compile({ document, taps: [port] }), port);
  const [batch, length, vocab] = all.type.shape as [number, number, number];
  expect([batch, length, vocab]).toEqual([2, 22, 99]);
  expect(end.type.shape).toEqual([batch, 1, vocab]);
  for (let row = 0; row < batch; row++) {
    const from = (row * length + length - 1) * vocab;
    expect(end.data.subarray(row * vocab, (row + 1) * vocab)).toEqual(all.data.subarray(from, from + vocab));
  }
});

test('an empty document has nothing to run', async () => {
  expect(compile({ document: await template('blank') }).summary.runnable).toBe(false);
});
