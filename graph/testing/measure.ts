/**
 * How long an edit and what follows from it take, in milliseconds of script: `node graph/testing/measure.ts`.
 *
 * A document of 300 nodes on one canvas, and a stack of 48 blocks; the median and the worst of 200 edits each, after 20
 * to warm up. The budget of the application is 16 ms from an edit to shapes in the DOM.
 */
import { analyse } from '../analyse.ts';
import { createCache } from '../cache.ts';
import { apply } from '../diff.ts';
import { copySelection, paste, removeNodes, setHyperparameter, setParam, type Edit } from '../edits.ts';
import { formatDocument, parseDocument } from '../file.ts';
import type { Edge, GraphNode, PatchbayDocument } from '../schema.ts';
import { documentOf, int, module, node, stackDocument, wire } from './documents.ts';
import { LIBRARY } from './library.ts';

const WARM_UP = 20;
const EDITS = 200;

/** Blocks of norm, linear, GELU, linear and a residual add, one after the other. */
function flatDocument(count: number): PatchbayDocument {
  const nodes: GraphNode[] = [node('x', 'random_tensor', { shape: 'batch, 16, embed_dim' })];
  const edges: Edge[] = [];
  let last = 'x.output';
  for (let block = 0; nodes.length + 6 <= count; block++) {
    const [norm, up, act, down, sum] = ['norm', 'up', 'act', 'down', 'sum'].map((name) => `${name}_${block}`) as [
      string,
      string,
      string,
      string,
      string,
    ];
    nodes.push(
      node(norm, 'layer_norm', { normalized_shape: 'embed_dim' }),
      node(up, 'linear', { in_features: 'embed_dim', out_features: 'int(embed_dim * ratio)' }),
      node(act, 'gelu'),
      node(down, 'linear', { in_features: 'int(embed_dim * ratio)', out_features: 'embed_dim' }),
      node(sum, 'add'),
    );
    edges.push(
      wire(last, `${norm}.input`),
      wire(`${norm}.output`, `${up}.input`),
      wire(`${up}.output`, `${act}.input`),
      wire(`${act}.output`, `${down}.input`),
      wire(`${down}.output`, `${sum}.a`),
      wire(last, `${sum}.b`),
    );
    last = `${sum}.output`;
  }
  nodes.push(node('y', 'output'));
  edges.push(wire(last, 'y.input'));
  const hyperparameters = [int('embed_dim', 64), { name: 'ratio', type: 'float' as const, default: 4 }];
  return documentOf([module('M', { hyperparameters, sizes: [{ name: 'batch', default: 1 }], nodes, edges })]);
}

function measure(
  title: string,
  document: PatchbayDocument,
  make: (document: PatchbayDocument, turn: number) => Edit,
): void {
  const cache = createCache();
  const times: number[] = [];
  let current = document;
  for (let turn = 0; turn < WARM_UP + EDITS; turn++) {
    const start = performance.now();
    current = apply(current, make(current, turn).diff);
    const { problems } = analyse(current, LIBRARY, { cache });
    if (turn >= WARM_UP) times.push(performance.now() - start);
    if (problems.length > 0) throw new Error(`${title}: ${problems[0]!.message}`);
  }
  times.sort((a, b) => a - b);
  print(title, times[times.length >> 1]!, times.at(-1)!);
}

function once(title: string, run: () => unknown): void {
  const start = performance.now();
  run();
  const time = performance.now() - start;
  print(title, time, time);
}

function print(title: string, median: number, worst: number): void {
  console.log(`${title.padEnd(48)} median ${median.toFixed(2).padStart(7)}  worst ${worst.toFixed(2).padStart(7)}`);
}

const flat = flatDocument(300);
const ids = flat.modules[0]!.nodes.map(({ id }) => id);
measure('300 nodes, a parameter of one', flat, (document, turn) =>
  setParam(document, 'M', 'norm_3', 'eps', 1e-5 * (turn + 1)),
);
measure('300 nodes, a hyperparameter of all', flat, (document, turn) =>
  setHyperparameter(document, 'embed_dim', 64 + (turn % 7)),
);
const deep = stackDocument({ hyperparameters: [int('embed_dim', 16), int('num_heads', 4), int('depth', 48)] });
measure('a stack of 48 blocks, a hyperparameter of all', deep, (document, turn) =>
  setHyperparameter(document, 'embed_dim', 16 + 4 * (turn % 7)),
);
once('300 nodes pasted', () => apply(flat, paste(flat, 'M', copySelection(flat, 'M', ids), [0, 0]).diff));
once('300 nodes removed', () => apply(flat, removeNodes(flat, 'M', ids).diff));
once('300 nodes written and read', () => parseDocument(formatDocument(flat)));
