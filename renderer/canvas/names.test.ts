import { expect, test } from 'vitest';
import type { Edge } from '../../graph/schema.ts';
import type { PortType } from '../../graph/signature.ts';
import { createEndNames, nodeName, portName, wireName, type NodeFacts } from './names.ts';
import { nodeGeometry } from './geometry.ts';
import type { NodeView } from './node-view.ts';

const view: NodeView = {
  id: 'q_proj',
  name: 'q_proj',
  kind: 'leaf',
  type: 'linear',
  title: 'Linear',
  accent: 'tensor',
  inputs: [],
  outputs: [],
  preview: null,
  mode: null,
  folded: false,
  shows: null,
  repeat: null,
  geometry: nodeGeometry({ name: 'q_proj', inputs: [], outputs: [], preview: null, shows: null, stack: false }),
};
const type: PortType = { dims: [{ name: 'batch', size: 2 }, { size: 768 }], dtype: 'f32', flow: 'tensor' };
const known: NodeFacts = {
  shown: { name: 'output' },
  type,
  errors: [],
  warning: undefined,
  layers: null,
  idle: false,
  lacking: false,
};

test('a node is called by its name, its type and what flows out of it', () => {
  expect(nodeName(view, known)).toBe('q_proj, Linear, output batch 2, 768');
  expect(nodeName(view, { ...known, layers: 12 })).toBe('q_proj, Linear, 12 layers, output batch 2, 768');
});

test('its state comes before its shape', () => {
  expect(nodeName({ ...view, mode: 'mute' }, { ...known, idle: true })).toBe(
    'q_proj, Linear, muted, output batch 2, 768',
  );
  expect(nodeName({ ...view, folded: true }, { ...known, idle: true })).toBe(
    'q_proj, Linear, not called, collapsed, output batch 2, 768',
  );
  expect(nodeName(view, { ...known, type: undefined })).toBe('q_proj, Linear, waiting: its shape is not known yet');
  expect(nodeName(view, { ...known, type: undefined, errors: ['too wide', 'too long', 'odd'] })).toBe(
    'q_proj, Linear, error: too wide, and 2 more',
  );
  expect(nodeName(view, { ...known, lacking: true, warning: 'unused' })).toBe(
    'q_proj, Linear, warning: unused, output batch 2, 768, has no value',
  );
});

test('a port is called by its side, name, shape and the other ends of its wires', () => {
  const port = { name: 'query', side: 'input', optional: false } as const;
  expect(portName(port, type, ['q_proj output'], undefined)).toBe('Input query, batch 2, 768, from q_proj output');
  expect(portName(port, undefined, [], 'nothing comes')).toBe('Input query, not wired, error: nothing comes');
  expect(portName({ ...port, optional: true }, undefined, [], undefined)).toBe('Input query, optional, not wired');
  const output = { name: 'output', side: 'output', optional: false } as const;
  expect(portName(output, type, ['a x', 'b y', 'c z'], undefined)).toBe(
    'Output output, batch 2, 768, to a x, b y and c z',
  );
  const many = Array.from({ length: 9 }, (_, index) => `n${index} x`);
  expect(portName(output, type, many, undefined)).toMatch(/to n0 x, .*n5 x and 3 more$/);
});

test('ports whose wires stayed keep the list of their ends', () => {
  const endNames = createEndNames();
  const nodes = [
    { id: 'a', name: 'a' },
    { id: 'b', name: 'b' },
    { id: 'c', name: 'c' },
  ];
  const wire: Edge = { from: ['a', 'output'], to: ['b', 'input'] };
  const first = endNames(nodes, [wire]);
  expect(first.get('b/input/input')).toEqual(['a output']);
  expect(wireName(wire, { name: 'a' }, { name: 'b' })).toBe('Wire from a output to b input');
  const more = endNames([...nodes], [wire, { from: ['b', 'output'], to: ['c', 'input'] }]);
  expect(more.get('b/input/input')).toBe(first.get('b/input/input'));
  expect(more.get('b/output/output')).toEqual(['c input']);
  const renamed = endNames([{ id: 'a', name: 'source' }, ...nodes.slice(1)], [wire]);
  expect(renamed.get('b/input/input')).toEqual(['source output']);
});
