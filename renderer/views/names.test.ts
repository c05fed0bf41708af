import { expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { createCache } from '../../graph/cache.ts';
import { portPath } from '../../graph/instance.ts';
import { FORMAT_VERSION, schemas, type LibraryNode, type PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { planSources } from '../../nodes/sources.ts';
import { sizes } from '../../nodes/shapes.ts';
import { matrixNames, picturesBehind, sourceBehind, type NamedGraph } from './names.ts';

type Params = LibraryNode['params'];

const CAPTIONS = 'a red circle\na blue square';

/** Two embeddings that are compared: three pictures with two captions. */
const NODES_OF_CLIP: readonly (readonly [name: string, type: string, params: Params])[] = [
  ['pixels', 'image_input', { images: 'cat, dog', batch: 3, height: 8, width: 16 }],
  ['flat', 'reshape', { shape: 'input.shape[0], -1' }],
  ['project', 'linear', { in_features: 384, out_features: 4 }],
  ['ids', 'token_input', { text: CAPTIONS, tokenizer: 'bytes', length: 20, batch: 2 }],
  ['embed', 'embedding', { num_embeddings: 256, embedding_dim: 4 }],
  ['pool', 'mean_pool', {}],
  ['turn', 'transpose', {}],
  ['logits', 'matmul', {}],
  ['scale', 'multiply', { value: 2 }],
  ['chances', 'softmax', {}],
  ['turned', 'transpose', {}],
];

const WIRES = [
  'pixels.output flat.input',
  'flat.output project.input',
  'ids.ids embed.ids',
  'embed.output pool.input',
  'pool.output turn.input',
  'project.output logits.a',
  'turn.output logits.b',
  'logits.output scale.a',
  'scale.output chances.input',
  'chances.output turned.input',
];

function graphOf(): NamedGraph {
  const ends = (end: string): [string, string] => end.split('.') as [string, string];
  const main = schemas().module.parse({
    name: 'Main',
    hyperparameters: [],
    nodes: NODES_OF_CLIP.map(([name, type, params]) => ({ id: name, name, type, params, position: [0, 0] })),
    edges: WIRES.map((wire) => wire.split(' ')).map(([from, to]) => ({ from: ends(from!), to: ends(to!) })),
  });
  const document: PatchbayDocument = {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 0,
    main: 'Main',
    presets: [],
    modules: [main],
    assets: [],
  };
  const { tree, inference, problems } = analyse(document, NODES, { cache: createCache() });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { recipes } = planSources(tree, inference, document);
  return { tree, inference, registry: NODES, recipes, pictureName: (id) => `${id}.png` };
}

function namesAt(graph: NamedGraph, path: string, port = 'output') {
  const type = graph.inference.outputs.get(portPath(path, port))!;
  const { rows, columns } = matrixNames(graph, { path, port }, sizes(type));
  return { rows: rows?.map(({ text }) => text), columns: columns?.map(({ text }) => text) };
}

const PICTURES = ['cat.png', 'dog.png', 'cat.png'];
const TEXTS = ['a red circle', 'a blue square'];

test('a product of two batches is named by them, pictures in turn over the batch', () => {
  expect(namesAt(graphOf(), 'logits')).toEqual({ rows: PICTURES, columns: TEXTS });
});

test('names outlive scaling and softmax, and change places in a transpose', () => {
  const graph = graphOf();
  expect(namesAt(graph, 'chances')).toEqual({ rows: PICTURES, columns: TEXTS });
  expect(namesAt(graph, 'turned')).toEqual({ rows: TEXTS, columns: PICTURES });
});

test('without a product the rows are the batch; an axis of another size has no names', () => {
  const graph = graphOf();
  expect(namesAt(graph, 'project')).toEqual({ rows: PICTURES, columns: undefined });
  expect(namesAt(graph, 'embed')).toEqual({ rows: undefined, columns: undefined });
});

test('pictures keep how they are fitted; text keeps its tokenizer', () => {
  const graph = graphOf();
  const pictures = picturesBehind(graph, { path: 'scale', port: 'output' });
  expect(pictures?.[1]).toEqual({ text: 'dog.png', picture: { assetId: 'dog', fit: 'crop', aspect: 2 } });
  expect(sourceBehind(graph, { path: 'pool', port: 'output' }, 'tokens')?.tokenizer).toEqual({ kind: 'bytes' });
  expect(sourceBehind(graph, { path: 'flat', port: 'output' }, 'tokens')).toBeNull();
});
