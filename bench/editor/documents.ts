/** Large documents, as people make them: long chains of blocks in one module, or few modules with many instances. */
import { createHash, randomBytes } from 'node:crypto';
import {
  FORMAT_VERSION,
  type Asset,
  type Edge,
  type GraphModule,
  type GraphNode,
  type PatchbayDocument,
} from '../../graph/schema.ts';

/** Nodes of a residual block: normalise, widen, activate, narrow, add. */
const BLOCK = 5;
const COLUMNS = 100;

/**
 * One module of so many nodes: chains of residual blocks, each chain from a source of its own.
 * `source_0` is the first chain's source, `widen_0_0` the first linear of its first block, and `width` a hyperparameter that all of them use.
 */
export function flatDocument(count: number, blocksPerChain = 20): PatchbayDocument {
  const nodes: GraphNode[] = [];
  const edges: Edge[] = [];
  const add = (
    name: string,
    type: string,
    params: GraphNode['params'],
    wires: Readonly<Record<string, string>>,
  ): string => {
    const position: [number, number] = [(nodes.length % COLUMNS) * 280, Math.floor(nodes.length / COLUMNS) * 320];
    nodes.push({ id: name, name, type, ...(params && { params }), position });
    for (const [port, from] of Object.entries(wires)) edges.push({ from: [from, 'output'], to: [name, port] });
    return name;
  };
  for (let chain = 0; nodes.length < count; chain++) {
    let at = add(`source_${chain}`, 'random_tensor', { shape: '1, 16, width' }, {});
    for (let block = 0; block < blocksPerChain && nodes.length + BLOCK <= count; block++)
      at = addBlock(add, `${chain}_${block}`, at);
    // What is left is less than a block.
    if (nodes.length + BLOCK > count)
      while (nodes.length < count) at = add(`last_${nodes.length}`, 'gelu', undefined, { input: at });
  }
  return documentOf([{ name: 'Large', hyperparameters: [{ name: 'width', type: 'int', default: 32 }], nodes, edges }]);
}

/** Towers of so many layers, each layer the same residual block: few definitions, 6 instances a layer. */
export function towersDocument(towers: number, layers: number): PatchbayDocument {
  const { modules } = flatDocument(BLOCK + 1, 1);
  const [chain] = modules;
  const input: GraphNode = { id: 'x', name: 'x', type: 'input', params: { shape: '... width' }, position: [0, 0] };
  const output: GraphNode = { id: 'y', name: 'x', type: 'output', position: [1680, 0] };
  const inner = chain!.nodes.filter(({ id }) => id !== 'source_0');
  const edges = chain!.edges.map(({ from, to }): Edge => ({
    from: from[0] === 'source_0' ? ['x', 'output'] : from,
    to,
  }));
  const block: GraphModule = {
    name: 'Block',
    hyperparameters: [{ name: 'width', type: 'int', default: 32 }],
    nodes: [input, ...inner, output],
    edges: [...edges, { from: [inner.at(-1)!.id, 'output'], to: ['y', 'input'] }],
  };
  const columns = Array.from({ length: towers }, (_, tower) => tower);
  return documentOf([
    {
      name: 'Towers',
      hyperparameters: [{ name: 'width', type: 'int', default: 32 }],
      nodes: columns.flatMap((tower): GraphNode[] => [
        {
          id: `source_${tower}`,
          name: `source_${tower}`,
          type: 'random_tensor',
          params: { shape: '1, 16, width' },
          position: [0, tower * 400],
        },
        {
          id: `tower_${tower}`,
          name: `tower_${tower}`,
          module: 'Block',
          repeat: layers,
          params: { width: 'width' },
          position: [320, tower * 400],
        },
      ]),
      edges: columns.map((tower): Edge => ({ from: [`source_${tower}`, 'output'], to: [`tower_${tower}`, 'x'] })),
    },
    block,
  ]);
}

/** A small graph with so many embedded pictures of random bytes, each of so many bytes. */
export function pictureDocument(pictures: number, bytes: number): PatchbayDocument {
  const assets = Array.from({ length: pictures }, (_, index): Asset => {
    const data = randomBytes(bytes);
    const sha256 = createHash('sha256').update(data).digest('hex');
    return {
      id: `picture_${index}`,
      name: `picture ${index}.png`,
      mime: 'image/png',
      sha256,
      data: data.toString('base64'),
    };
  });
  return { ...flatDocument(100), assets };
}

type Add = (name: string, type: string, params: GraphNode['params'], wires: Readonly<Record<string, string>>) => string;

/** @returns the node that the block's output comes from. */
function addBlock(add: Add, name: string, input: string): string {
  const norm = add(`norm_${name}`, 'layer_norm', { normalized_shape: 'width' }, { input });
  const widen = add(`widen_${name}`, 'linear', { in_features: 'width', out_features: 64 }, { input: norm });
  const gelu = add(`gelu_${name}`, 'gelu', undefined, { input: widen });
  const narrow = add(`narrow_${name}`, 'linear', { in_features: 64, out_features: 'width' }, { input: gelu });
  return add(`add_${name}`, 'add', undefined, { a: input, b: narrow });
}

function documentOf(modules: readonly GraphModule[]): PatchbayDocument {
  return {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 0,
    main: modules[0]!.name,
    presets: [],
    modules: [...modules],
    assets: [],
  };
}
