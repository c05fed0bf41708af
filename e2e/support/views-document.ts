/** A document with every kind of view, each over a value that is small enough to be checked by hand. */

type Node = readonly [name: string, type: string, x: number, y: number, params?: Readonly<Record<string, unknown>>];

const NODES: readonly Node[] = [
  ['scores', 'random_tensor', 0, 0, { shape: 'batch=1, heads=2, queries=7, keys=7', seed: 3 }],
  ['weights', 'softmax', 0, 240],
  ['input_ids', 'token_input', 0, 480, { text: 'red blue', words: 'red blue', length: 3, image_tokens: 4 }],
  ['tokens', 'token_strip', 260, 480],
  ['matrix', 'attention_matrix', 260, 0],
  ['map', 'attention_map', 600, 0],
  ['noise', 'random_tensor', 600, 420, { shape: '3, 4', seed: 5 }],
  ['similarity', 'similarity_matrix', 900, 0],
  ['histogram', 'histogram', 900, 420],
  ['line', 'line', 1240, 0],
  ['table', 'table', 1240, 420],
  ['text', 'text', 260, 720],
];

const WIRES = [
  'scores.output weights.input',
  'weights.output matrix.attention_weights',
  'weights.output map.attention_weights',
  'input_ids.ids matrix.input_ids',
  'input_ids.ids map.input_ids',
  'input_ids.ids tokens.input_ids',
  'input_ids.ids text.ids',
  'noise.output similarity.similarity',
  'noise.output histogram.values',
  'noise.output line.values',
  'noise.output table.values',
];

export function viewsDocument(): string {
  const nodes = NODES.map(([name, type, x, y, params]) => ({ id: name, name, type, params, position: [x, y] }));
  const edges = WIRES.map((wire) => wire.split(' ').map((end) => end.split('.'))).map(([from, to]) => ({ from, to }));
  const modules = [{ name: 'Views', hyperparameters: [], nodes, edges }];
  return JSON.stringify({ format: 'patchbay', version: 1, seed: 0, main: 'Views', presets: [], modules, assets: [] });
}
