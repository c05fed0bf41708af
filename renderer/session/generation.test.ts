import { expect, test, vi } from 'vitest';
import { setParam } from '../../graph/edits.ts';
import { FORMAT_VERSION, schemas, type ParameterValue, type PatchbayDocument } from '../../graph/schema.ts';
import { createDerivedStore } from '../stores/derived.ts';
import { createDocumentStore } from '../stores/document.ts';
import { createGenerationsStore } from '../stores/generations.ts';
import { createGenerations } from './generation.ts';
import { GuestStoppedError, type GuestRequest } from './guest.ts';
import type { TensorData } from './session-api.ts';

const VOCAB = 256;

function document(params: Readonly<Record<string, ParameterValue>>): PatchbayDocument {
  const node = (name: string, type: string, more: Readonly<Record<string, ParameterValue>> = {}) => ({
    id: name,
    name,
    type,
    params: more,
    position: [0, 0],
  });
  return {
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
        nodes: [
          node('ids', 'token_input', { tokenizer: 'bytes', image_tokens: 1, ...params }),
          node('embedding', 'embedding', { embedding_dim: VOCAB }),
          node('write', 'generate', { tokens: 3 }),
        ],
        edges: [
          { from: ['ids', 'ids'], to: ['embedding', 'ids'] },
          { from: ['embedding', 'output'], to: ['write', 'logits'] },
          { from: ['ids', 'ids'], to: ['write', 'input_ids'] },
        ],
      }),
    ],
  };
}

/** Logits that want the last byte's successor. */
function successor({ grown, parts }: GuestRequest): TensorData[] {
  return parts.map(([row]) => {
    const data = new Float32Array(VOCAB);
    data[grown.rows[row!]!.at(-1)! + 1] = 1;
    return { type: { dtype: 'f32', shape: [VOCAB] }, data };
  });
}

function start(params: Readonly<Record<string, ParameterValue>> = { text: 'a' }) {
  const documents = createDocumentStore(document(params), 'Untitled');
  const derived = createDerivedStore(documents).store;
  const store = createGenerationsStore();
  const asked: GuestRequest[] = [];
  let answer: (request: GuestRequest) => Promise<readonly TensorData[]> = (request) =>
    Promise.resolve(successor(request));
  const compute = (request: GuestRequest) => {
    asked.push(request);
    return answer(request);
  };
  const generations = createGenerations(derived, { compute }, store);
  const state = () => store.getState().byPath.get('write');
  const until = (status: string) => vi.waitFor(() => expect(state()?.status).toBe(status));
  const edit = () => documents.getState().dispatch(setParam(documents.getState().document, 'Main', 'ids', 'text', 'z'));
  return { generations, asked, state, until, edit, answerWith: (next: typeof answer) => void (answer = next) };
}

test('run writes as many tokens as are wanted, each from what was written before', async () => {
  const { generations, asked, state, until } = start();
  generations.run('write');
  await until('done');
  expect(state()).toMatchObject({ prompts: ['a'], texts: ['bcd'], ids: [[98, 99, 100]], total: 3, message: null });
  expect(asked.map(({ grown, port, parts }) => [grown.source, grown.rows, port, parts])).toEqual([
    ['ids', [[255, 97]], 'embedding.output', [[0, 0]]],
    ['ids', [[255, 97, 98]], 'embedding.output', [[0, 0]]],
    ['ids', [[255, 97, 98, 99]], 'embedding.output', [[0, 0]]],
  ]);
  generations.run('write');
  await until('running');
  await until('done');
  expect(state()?.texts).toEqual(['bcd']);
});

test('a step writes one token, and the next goes on from there', async () => {
  const { generations, state, until } = start({ text: 'a\nk', batch: 2 });
  generations.step('write');
  await until('stopped');
  expect(state()?.texts).toEqual(['b', 'l']);
  generations.step('write');
  await vi.waitFor(() => expect(state()?.texts).toEqual(['bc', 'lm']));
  generations.run('write');
  await until('done');
  expect(state()?.texts).toEqual(['bcd', 'lmn']);
});

test('stop ends it after the token that is being computed', async () => {
  const { generations, state, until, answerWith } = start();
  const waiting = Promise.withResolvers<void>();
  answerWith(async (request) => {
    await waiting.promise;
    return successor(request);
  });
  generations.run('write');
  generations.stop('write');
  waiting.resolve();
  await until('stopped');
  expect(state()?.texts).toEqual(['b']);
});

test('an edit makes what was written old; the next run begins with the new prompt', async () => {
  const { generations, state, until, edit, answerWith } = start();
  answerWith(() => new Promise(() => undefined));
  generations.run('write');
  edit();
  expect(state()?.status).toBe('stale');
  answerWith((request) => Promise.resolve(successor(request)));
  generations.run('write');
  await until('done');
  expect(state()).toMatchObject({ prompts: ['z'], texts: ['{|}'] });
});

test('a run of the graph in between is told as such, a failure in its own words', async () => {
  const { generations, state, until, answerWith } = start();
  answerWith(() => Promise.reject(new GuestStoppedError()));
  generations.run('write');
  await until('stale');
  answerWith(() => Promise.reject(new Error('the logits are gone')));
  generations.run('write');
  await until('failed');
  expect(state()?.message).toBe('the logits are gone');
});

test('a text that cannot be read is told before anything runs', () => {
  const { generations, asked, state } = start({ text: '' });
  generations.run('write');
  expect(state()).toMatchObject({ status: 'failed', message: expect.stringContaining('there is no text yet') });
  expect(asked).toEqual([]);
});
