import { expect, test } from 'vitest';
import type { NodeView } from './node-view.ts';
import { nodeGeometry } from './geometry.ts';
import { nearestPort, nextNode, oppositePorts, portOfBody, portPoint, wireBetween, type PlacedNode } from './ports.ts';

function placed(id: string, x: number, inputs: string[], outputs: string[]): PlacedNode {
  const port = (side: 'input' | 'output') => (name: string) => ({ name, side, help: '', optional: false, flow: null });
  const view: NodeView = {
    id,
    name: id,
    kind: 'leaf',
    type: 'add',
    title: 'Add',
    accent: 'tensor',
    inputs: inputs.map(port('input')),
    outputs: outputs.map(port('output')),
    preview: null,
    mode: null,
    folded: false,
    shows: null,
    repeat: null,
    geometry: nodeGeometry({ name: id, inputs, outputs, preview: null, shows: null, stack: false }),
  };
  return { view, position: { x, y: 0 } };
}

const NODES = [placed('first', 0, [], ['output']), placed('second', 400, ['a', 'b'], ['output'])];
const FROM = { nodeId: 'first', side: 'output', port: 'output' } as const;

test('ports lie on the edges of their node', () => {
  expect(portPoint(NODES[0]!, FROM)).toEqual({ x: 208, y: 58 });
  expect(portPoint(NODES[1]!, { side: 'input', port: 'b' })).toEqual({ x: 400, y: 81 });
  expect(portPoint(NODES[1]!, { side: 'input', port: 'c' })).toBeNull();
});

test('a wire ends on the other side of another node', () => {
  expect(oppositePorts(NODES, FROM).map(({ nodeId, port }) => `${nodeId}.${port}`)).toEqual(['second.a', 'second.b']);
  expect(oppositePorts(NODES, { nodeId: 'second', side: 'input', port: 'a' })).toEqual([FROM]);
});

test('the nearest port within reach', () => {
  expect(nearestPort(NODES, 'input', { x: 390, y: 75 }, 24)?.port).toBe('b');
  expect(nearestPort(NODES, 'input', { x: 300, y: 75 }, 24)).toBeNull();
});

test('a drop on the body means the nearest port that fits', () => {
  const at = { x: 450, y: 60 };
  expect(portOfBody(NODES, 'input', at, () => true)?.port).toBe('a');
  expect(portOfBody(NODES, 'input', at, ({ port }) => port === 'b')?.port).toBe('b');
  expect(portOfBody(NODES, 'input', at, () => false)).toBeNull();
  expect(portOfBody(NODES, 'input', { x: 900, y: 0 }, () => true)).toBeNull();
});

test('a wire goes from output to input, whichever end was taken first', () => {
  const to = { nodeId: 'second', side: 'input', port: 'a' } as const;
  expect(wireBetween(to, FROM)).toEqual(wireBetween(FROM, to));
  expect(wireBetween(to, FROM)).toEqual({ from: ['first', 'output'], to: ['second', 'a'] });
});

test('arrows walk along wires, or else to the nearest in their direction', () => {
  const [first, second] = NODES as [PlacedNode, PlacedNode];
  const far = placed('far', 900, ['input'], []);
  const nodes = [first, second, far];
  const wires = [{ from: ['first', 'output'], to: ['far', 'input'] }] as Parameters<typeof nextNode>[3];
  const next = (from: PlacedNode, x: number, y: number) => nextNode(from, { x, y }, nodes, wires)?.view.id;
  expect(next(first, 1, 0)).toBe('far');
  expect(next(far, -1, 0)).toBe('first');
  expect(next(second, -1, 0)).toBe('first');
  expect(next(second, 0, 1)).toBeUndefined();
});
