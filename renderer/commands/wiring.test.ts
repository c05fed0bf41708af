import { expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import { addNode } from '../../graph/edits.ts';
import type { Edge, GraphNode, PatchbayDocument } from '../../graph/schema.ts';
import { addEntry } from '../library/add-entry.ts';
import { createTestApp } from '../testing/test-app.ts';
import { insertIntoWire, removeAndHeal } from './wiring.ts';

function wire(from: string, to: string): Edge {
  return { from: from.split('.') as [string, string], to: to.split('.') as [string, string] };
}

/** x → up (8 to 12) → act → down (12 to 8) → y */
function chain(): PatchbayDocument {
  const node = (name: string, type: string, params?: GraphNode['params']): GraphNode => {
    return { id: name, name, type, ...(params && { params }), position: [0, 0] };
  };
  return {
    format: 'patchbay',
    version: 1,
    seed: 0,
    main: 'Model',
    presets: [],
    modules: [
      {
        name: 'Model',
        hyperparameters: [],
        nodes: [
          node('x', 'random_tensor', { shape: '2, 8' }),
          node('up', 'linear', { in_features: 8, out_features: 12 }),
          node('act', 'gelu'),
          node('down', 'linear', { in_features: 12, out_features: 8 }),
          node('y', 'output'),
        ],
        edges: [
          wire('x.output', 'up.input'),
          wire('up.output', 'act.input'),
          wire('act.output', 'down.input'),
          wire('down.output', 'y.input'),
        ],
      },
    ],
    assets: [],
  };
}

const edgesOf = (document: PatchbayDocument) => document.modules[0]!.edges;

test('a link that goes leaves its chain whole, where the shapes allow', () => {
  const { app } = createTestApp(chain());
  const { document } = app.document.getState();
  const healed = apply(document, removeAndHeal(app, ['act']).diff);
  expect(edgesOf(healed)).toContainEqual(wire('up.output', 'down.input'));
  // 8 features cannot go where 12 are wanted.
  const open = apply(document, removeAndHeal(app, ['up']).diff);
  expect(edgesOf(open)).toEqual([wire('act.output', 'down.input'), wire('down.output', 'y.input')]);
  const several = apply(document, removeAndHeal(app, ['up', 'act', 'down']).diff);
  expect(edgesOf(several)).toEqual([wire('x.output', 'y.input')]);
});

test('a node that is put into a wire reads its source and feeds its target', () => {
  const { app } = createTestApp(chain());
  addEntry(app, { kind: 'node', type: 'layer_norm' }, [0, 0], { kind: 'wire', wire: wire('act.output', 'down.input') });
  const { document, history } = app.document.getState();
  expect(history.past).toHaveLength(1);
  const norm = document.modules[0]!.nodes.at(-1)!;
  // It took the size of what comes.
  expect(norm.params).toEqual({ normalized_shape: 12 });
  expect(edgesOf(document)).toContainEqual(wire('act.output', `${norm.id}.input`));
  expect(edgesOf(document)).toContainEqual(wire(`${norm.id}.output`, 'down.input'));
  expect(app.derived.getState().problems).toEqual([]);
});

test('what does not fit, or is wired already, is left beside the wire', () => {
  const { app } = createTestApp(chain());
  const { document } = app.document.getState();
  expect(insertIntoWire(app, document, 'act', wire('x.output', 'up.input'))).toBeNull();
  const added = addNode(document, 'Model', { type: 'token_input', position: [0, 0] });
  const after = apply(document, added.diff);
  expect(insertIntoWire(app, after, added.place!.nodeIds[0]!, wire('x.output', 'up.input'))).toBeNull();
  addEntry(app, { kind: 'node', type: 'token_input' }, [0, 0], { kind: 'wire', wire: wire('x.output', 'up.input') });
  expect(edgesOf(app.document.getState().document)).toEqual(edgesOf(document));
});
