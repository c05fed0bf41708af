/** What a target cannot express, or leaves out, is said with its node before anything is written. */
import { expect, test } from 'vitest';
import { TARGETS } from './registry.ts';
import { exportSourceOf } from './testing/source.ts';
import type { GraphNode, PatchbayDocument } from '../graph/schema.ts';
import { TEMPLATES } from '../templates/registry.ts';

const vlm = await TEMPLATES.find(({ name }) => name === 'vlm')!.load();
const generating = vlm.modules[0]!.nodes.filter(({ type }) => type === 'generate').map(({ name }) => name);

async function problemsOf(target: string, document: PatchbayDocument) {
  return (await TARGETS[target]!()).problems(exportSourceOf(document));
}

test.each([
  ['onnx', 'an ONNX model'],
  ['web', 'the page'],
])('%s leaves the nodes out that generate, and says which and why', async (target, title) => {
  expect(generating.length).toBeGreaterThan(0);
  const said = generating.map((name) => ({
    code: 'export.loop',
    severity: 'warning',
    message: `left out, because ${title} computes the logits once and whoever calls it chooses the tokens`,
    place: expect.objectContaining({ path: name, nodeId: expect.any(String) }),
  }));
  expect(await problemsOf(target, vlm)).toEqual(said);
});

test('pytorch writes one loop, and names the nodes whose loop it is not', async () => {
  expect(await problemsOf('pytorch', vlm)).toEqual([]);
  const [main, ...others] = vlm.modules as [PatchbayDocument['modules'][number]];
  const first = main.nodes.find(({ type }) => type === 'generate')!;
  const second: GraphNode = { ...first, id: 'second', name: 'second' };
  const wires = main.edges.filter(({ to: [node] }) => node === first.id);
  const edges = [...main.edges, ...wires.map((edge) => ({ ...edge, to: ['second', edge.to[1]] as [string, string] }))];
  const both = { ...vlm, modules: [{ ...main, nodes: [...main.nodes, second], edges }, ...others] };
  expect(await problemsOf('pytorch', both)).toMatchObject([
    {
      severity: 'warning',
      message: `left out, because generate.py writes as ${first.name} does`,
      place: { path: 'second', nodeId: 'second' },
    },
  ]);
});

test('pytorch cannot generate from logits that leave the model by no output: the node is named', async () => {
  const [main, ...others] = vlm.modules as [PatchbayDocument['modules'][number]];
  const generate = main.nodes.find(({ type }) => type === 'generate')!;
  const logits = main.edges.find(({ to: [node, port] }) => node === generate.id && port === 'logits')!;
  const outputs = new Set(
    main.edges
      .filter(
        ({ from, to: [node] }) =>
          from.join() === logits.from.join() && main.nodes.some(({ id, type }) => id === node && type === 'output'),
      )
      .map(({ to: [node] }) => node),
  );
  // Another output stays, or there would be nothing to export.
  const nodes = main.nodes.map((node) => (outputs.has(node.id) ? { ...node, type: 'negate', params: {} } : node));
  const kept: GraphNode = { id: 'kept', name: 'kept', type: 'output', params: {}, position: [0, 0] };
  const edges = [
    ...main.edges,
    ...[...outputs].map((id) => ({
      from: [id, 'output'] as [string, string],
      to: ['kept', 'input'] as [string, string],
    })),
  ];
  const document = { ...vlm, modules: [{ ...main, nodes: [...nodes, kept], edges }, ...others] };
  expect(await problemsOf('pytorch', document)).toMatchObject([
    {
      severity: 'error',
      message: 'in PyTorch its logits must be an output of the model; wire them to an output too',
      place: { path: generate.name, nodeId: generate.id },
    },
  ]);
});

test('a page starts with numbers: a source that has none is named, where other targets ask for them later', async () => {
  const [main, ...others] = vlm.modules as [PatchbayDocument['modules'][number]];
  const nodes = main.nodes.map((node) =>
    node.type === 'token_input' ? { ...node, params: { ...node.params, text: 'zzyzx' } } : node,
  );
  const document = { ...vlm, modules: [{ ...main, nodes }, ...others] };
  expect((await problemsOf('web', document)).filter(({ severity }) => severity === 'error')).toMatchObject([
    { message: expect.stringContaining('zzyzx'), place: { path: 'input_ids', nodeId: 'input_ids', param: 'text' } },
  ]);
  for (const target of ['pytorch', 'onnx']) {
    expect(
      (await problemsOf(target, document)).filter(({ severity }) => severity === 'error'),
      target,
    ).toEqual([]);
  }
});
