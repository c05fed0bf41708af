import { expect, test } from 'vitest';
import type { SaveRequest } from '../../export/weights/save-plan.ts';
import { joined } from '../../export/joined.ts';
import { bytesSource, readSafetensorsHeader } from '../../graph/formats/safetensors.ts';
import { analyse } from '../../graph/analyse.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { drawWeights, planWeights } from '../../nodes/weights.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import type { CheckpointPlace } from '../platform/platform.ts';
import { createCheckpoints, type OpenCheckpoint } from '../session/checkpoints.ts';
import { checkpointFile, checkpointOf } from '../testing/checkpoints.ts';
import { jobThreadHere } from '../testing/job-thread.ts';
import { createSaveWork } from './save-work.ts';
import { saveWeights } from './save-weights.ts';
import { nameChoices, suggestedName, typeChoices } from './saving.ts';

const attention = (): Promise<PatchbayDocument> => TEMPLATES.find(({ name }) => name === 'attention')!.load();
const threadHere = () => jobThreadHere(createSaveWork);
const AS_IT_IS: SaveRequest = { names: 'graph', dtype: null, fileBytes: null };

/** Keeps what is written; `fail` is thrown at the second piece. */
function placeHere(fail?: Error) {
  const files = new Map<string, Uint8Array>();
  const pieces: Uint8Array[] = [];
  let [discarded, written] = [false, 0];
  const place: CheckpointPlace = {
    stem: 'mine',
    write: async (name, bytes, last) => {
      if (fail && written++ > 0) throw fail;
      pieces.push(bytes);
      if (last) files.set(name, joined(pieces.splice(0)));
    },
    discard: async () => {
      discarded = true;
      files.clear();
    },
  };
  return { place, files, isDiscarded: () => discarded };
}

async function opened(file: ReturnType<typeof checkpointFile>): Promise<OpenCheckpoint> {
  const checkpoints = createCheckpoints({ pickCheckpoint: async () => file, openCheckpoint: async () => file });
  return (await checkpoints.open(null, file))!;
}

/** The weights that the seed draws, as a file in which they are called otherwise. */
function drawn(document: PatchbayDocument, called = (path: string) => path) {
  const { recipes } = planWeights(analyse(document, NODES).tree, document.seed);
  const numbers = drawWeights(recipes.values());
  const named = Array.from(recipes.values(), ({ path, shape }) => {
    return [called(path), { shape, data: numbers.get(path)! }] as const;
  });
  return checkpointOf('attention.safetensors', new Map(named));
}

test('weights that are drawn are written in files of a size, each whole, the index last', async () => {
  const document = await attention();
  const { place, files } = placeHere();
  const progress: number[] = [];
  const request = { ...AS_IT_IS, fileBytes: 10_000 };
  await saveWeights(
    { document, checkpoint: null, request, place },
    { onProgress: (part) => progress.push(part) },
    threadHere,
  );
  expect([...files.keys()].at(-1)).toBe('mine.safetensors.index.json');
  expect(files.size).toBeGreaterThan(2);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBe(1);
  const wanted = planWeights(analyse(document, NODES).tree, document.seed).recipes;
  const numbers = drawWeights(wanted.values());
  const found = new Set<string>();
  for (const [name, bytes] of files) {
    if (name.endsWith('.json')) continue;
    const { entries } = await readSafetensorsHeader(bytesSource(bytes));
    for (const { name: path, begin, end } of entries.values()) {
      found.add(path);
      expect(new Float32Array(bytes.slice(begin, end).buffer), path).toEqual(numbers.get(path));
    }
  }
  expect([...found].toSorted()).toEqual([...wanted.keys()].toSorted());
});

test('the file of a checkpoint of which nothing changes is copied byte for byte; under other names it keeps its bits', async () => {
  const drawnDocument = await attention();
  for (const called of [(path: string) => path, (path: string) => `model.${path}`]) {
    const file = drawn(drawnDocument, called);
    const rename = called('') === '' ? [] : ['model.**=**'];
    const document = { ...drawnDocument, weights: { path: file.path, sha256: file.sha256, rename } };
    const checkpoint = await opened(file);
    expect(nameChoices(document, { checkpoint }).map(({ value }) => value)).toEqual(
      rename.length === 0 ? ['graph'] : ['graph', 'original'],
    );
    expect(typeChoices({ checkpoint })[0]!.label).toBe('as they are: F32');
    for (const { value: names } of nameChoices(document, { checkpoint })) {
      const { place, files } = placeHere();
      await saveWeights({ document, checkpoint, request: { ...AS_IT_IS, names }, place }, {}, threadHere);
      const bytes = files.get('mine.safetensors')!;
      const whole = await file.read(0, file.byteLength);
      if (rename.length === 0 || names === 'original') expect(bytes).toEqual(whole);
      const { entries } = await readSafetensorsHeader(bytesSource(bytes));
      for (const [name, { begin, end }] of entries) {
        const own = checkpoint.entries.get(names === 'graph' ? called(name) : name)!;
        expect(bytes.slice(begin, end), name).toEqual(whole.slice(own.begin, own.end));
      }
    }
  }
});

test('of a graph with problems the file of its checkpoint goes out as it is, and nothing else does', async () => {
  const whole = await attention();
  const file = drawn(whole);
  const [main, ...others] = whole.modules;
  const alien = { id: 'alien', name: 'alien', type: 'not_known', position: [0, 0] as [number, number] };
  const document = {
    ...whole,
    modules: [{ ...main!, nodes: [...main!.nodes, alien] }, ...others],
    weights: { path: file.path, sha256: file.sha256 },
  };
  const checkpoint = await opened(file);
  const { place, files } = placeHere();
  await saveWeights({ document, checkpoint, request: AS_IT_IS, place }, {}, threadHere);
  expect(files.get('mine.safetensors')).toEqual(await file.read(0, file.byteLength));
  const request = { ...AS_IT_IS, dtype: 'BF16' as const };
  await expect(saveWeights({ document, checkpoint, request, place }, {}, threadHere)).rejects.toThrow(/not_known/);
});

test('one that is given up, cannot be written, or cannot be had leaves nothing', async () => {
  const document = await attention();
  const controller = new AbortController();
  const givenUp = placeHere();
  const job = { signal: controller.signal, onProgress: () => controller.abort(new Error('no patience')) };
  const saving = { document, checkpoint: null, request: AS_IT_IS };
  await expect(saveWeights({ ...saving, place: givenUp.place }, job, threadHere)).rejects.toThrow('no patience');
  const full = placeHere(new Error('the disk is full'));
  await expect(saveWeights({ ...saving, place: full.place }, {}, threadHere)).rejects.toThrow('the disk is full');
  const named = placeHere();
  const request = { ...AS_IT_IS, names: 'original' as const };
  await expect(saveWeights({ ...saving, request, place: named.place }, {}, threadHere)).rejects.toThrow(
    /is drawn from the seed: there is no file whose name it could have$/,
  );
  for (const { isDiscarded, files } of [givenUp, full, named]) expect([isDiscarded(), files.size]).toEqual([true, 0]);
});

test.each([
  [undefined, 'vit.patchbay', 'vit.safetensors'],
  ['models/clip.safetensors', 'x', 'clip.safetensors'],
  ['clip.safetensors.index.json', 'x', 'clip.safetensors'],
  ['clip-00001-of-00002.safetensors', 'x', 'clip.safetensors'],
])('of weights in %s a name is suggested', async (path, documentName, name) => {
  const document = await attention();
  const weights = path === undefined ? undefined : { path, sha256: '' };
  expect(suggestedName({ ...document, ...(weights && { weights }) }, documentName)).toBe(name);
});
