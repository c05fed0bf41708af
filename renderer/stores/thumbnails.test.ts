import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { setSeed } from '../../graph/edits.ts';
import { NODES } from '../../nodes/registry.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { createDerivedStore } from './derived.ts';
import { createDocumentStore } from './document.ts';
import { sketchOf } from './graph-sketch.ts';
import { keepThumbnails, recallThumbnails } from './thumbnails.ts';

const vit = await TEMPLATES.find(({ name }) => name === 'vit')!.load();

function memory(): Pick<Storage, 'getItem' | 'setItem'> & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return { values, getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a sketch has the main module’s nodes where they stand, and what flows between them', () => {
  const sketch = sketchOf(vit, analyse(vit, NODES).inference);
  const main = vit.modules.find(({ name }) => name === vit.main)!;
  expect(sketch.nodes).toHaveLength(main.nodes.length);
  expect(sketch.wires).toHaveLength(main.edges.length);
  const [x, y] = main.nodes[0]!.position;
  expect(sketch.nodes[0]!.slice(0, 2)).toEqual([Math.round(x), Math.round(y)]);
  // An image, tensors and attention at least.
  expect(new Set(sketch.nodes.map(([, , , , flow]) => flow)).size).toBeGreaterThan(2);
  expect(JSON.stringify(sketch).length).toBeLessThan(8_000);
});

test('a graph of any size has a sketch of bounded size', () => {
  const main = vit.modules.find(({ name }) => name === vit.main)!;
  const nodes = Array.from({ length: 5000 }, (_, index) => ({ ...main.nodes[0]!, id: `n${index}`, name: `n${index}` }));
  const many = { ...vit, modules: [{ ...main, nodes, edges: [] }] };
  const sketch = sketchOf(many, { inputs: new Map(), outputs: new Map(), problems: [], blocked: new Map() });
  expect(JSON.stringify(sketch).length).toBeLessThan(20_000);
});

test('files are sketched once they were opened or saved, not while they are edited, and the oldest goes first', () => {
  const storage = memory();
  const documents = createDocumentStore(vit, 'Untitled');
  const derived = createDerivedStore(documents);
  keepThumbnails(documents, derived.store, storage);
  vi.advanceTimersByTime(5000);
  expect(storage.values.size).toBe(0);
  for (let index = 0; index < 20; index++) {
    const file = { id: `file${index}`, name: 'a.patchbay' };
    documents.getState().replace({ ...vit }, { file, name: file.name });
    vi.advanceTimersByTime(5000);
  }
  expect([...recallThumbnails(storage).keys()]).toEqual(Array.from({ length: 16 }, (_, index) => `file${index + 4}`));
  const before = storage.values.get('patchbay:thumbnails');
  documents.getState().dispatch(setSeed(vit, 1));
  vi.advanceTimersByTime(5000);
  expect(storage.values.get('patchbay:thumbnails')).toBe(before);
  derived.dispose();
});

test.each(['', 'null', '{}', '[["a",{"frames":[],"nodes":[[0,0,1,1,99]],"wires":[]}]]'])(
  'what cannot be read (%j) is no thumbnail',
  (text) => {
    const storage = memory();
    storage.setItem('patchbay:thumbnails', text);
    expect(recallThumbnails(storage).size).toBe(0);
  },
);
