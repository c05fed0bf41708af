import { expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { childPath } from '../../graph/instance.ts';
import { isInput, namespaceOf } from '../../graph/ports.ts';
import { FORMAT_VERSION, isInstance, schemas, type GraphModule, type PatchbayDocument } from '../../graph/schema.ts';
import type { PortDType, PortType } from '../../graph/signature.ts';
import { NODES } from '../registry.ts';
import { layoutFaults } from '../testing/layout.ts';
import { at, wire } from './layout.ts';
import { MODULES } from './registry.ts';

const SHIPPED = [...MODULES.values()];

test.for(SHIPPED)('$name is a sound module that explains itself', (module) => {
  expect(schemas().module.parse(module)).toEqual(module);
  expect(module.help!.length).toBeGreaterThan(100);
  expect(module.origin).toEqual({ library: 'patchbay', name: module.name, version: expect.any(Number) });
  for (const { name, help } of module.hyperparameters) expect(help, name).toMatch(/\.$/);
  const names = module.nodes.map((node) => `${namespaceOf(node)} ${node.name}`);
  expect(new Set(names).size).toBe(names.length);
  const ids = module.nodes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const node of module.nodes) {
    if (isInstance(node)) expect(MODULES.has(node.module), node.module).toBe(true);
    else expect(NODES.has(node.type), node.type).toBe(true);
  }
});

test.for(SHIPPED)('in $name nothing overlaps, and wires lead to the right', (module) => {
  expect(layoutFaults(module)).toEqual([]);
  const { nodes, edges } = module;
  const columnOf = new Map(nodes.map(({ id, position }) => [id, position[0]]));
  for (const { from, to } of edges)
    expect(columnOf.get(from[0])!, `${from[0]} to ${to[0]}`).toBeLessThan(columnOf.get(to[0])!);
});

test.for(SHIPPED)('$name has shapes on every port at its own defaults', (module) => {
  const { tree, inference, problems } = analyse(documentOf(module), NODES, { bound: inputsOf(module) });
  expect(problems).toEqual([]);
  for (const instance of tree.byPath.values()) {
    if (instance.path === '') continue;
    const ports =
      instance.kind === 'leaf'
        ? NODES.get(instance.type)!.outputs.map(({ name }) => name)
        : Object.keys(instance.outputs);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports)
      expect(inference.outputs.has(childPath(instance.path, port)), `${instance.path}.${port}`).toBe(true);
  }
});

test('a wire names both ends', () => {
  expect(wire('a.output', 'b.input')).toEqual({ from: ['a', 'output'], to: ['b', 'input'] });
  expect(() => wire('a.b.c', 'd.e')).toThrow(TypeError);
  expect(at(1, 0.5)).toEqual([320, 180]);
});

/** The module as the main one: its ports are the graph's. */
function documentOf(module: GraphModule): PatchbayDocument {
  return {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 0,
    main: module.name,
    presets: [],
    modules: SHIPPED.map((shipped) =>
      shipped === module ? { ...shipped, sizes: [{ name: 'batch', default: 2 }] } : shipped,
    ),
    assets: [],
  };
}

function inputsOf(module: GraphModule): ReadonlyMap<string, PortType> {
  const sizes: Readonly<Record<string, readonly number[]>> = {
    pixel_values: [2, 3, 224, 224],
    hidden_states: [2, 5, 768],
    query: [2, 4, 512],
    key: [2, 6, 512],
    value: [2, 6, 512],
    attn_mask: [4, 6],
    tgt: [2, 4, 512],
    tgt_mask: [4, 4],
    memory: [2, 6, 512],
    image_features: [2, 5, module.name === 'TokenMerge' ? 512 : 768],
    text_embeddings: [2, 7, 512],
    input_ids: [2, 7],
    logits_per_image: [3, 3],
    logits_per_text: [3, 3],
  };
  return new Map(
    module.nodes
      .filter((node) => isInput(node))
      .map(({ name, params }) => {
        const dtype = (params?.['dtype'] ?? 'f32') as PortDType;
        return [name, { dims: sizes[name]!.map((size) => ({ size })), dtype, flow: 'tensor' }];
      }),
  );
}
