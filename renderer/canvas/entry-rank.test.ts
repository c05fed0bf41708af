import { expect, test } from 'vitest';
import type { Flow, PortDType } from '../../graph/signature.ts';
import { moduleInputs } from '../../graph/ports.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { NODES } from '../../nodes/registry.ts';
import { rankEntry } from './entry-rank.ts';

/** The best of all nodes and shipped modules for a value of these axes, `batch 2, patches 196`. */
function best(axes: string, dtype: PortDType, flow: Flow, name: string): string {
  const dims = axes.split(', ').map((axis) => {
    const [label, size] = axis.split(' ');
    return { name: label!, size: Number(size) };
  });
  const source = { type: { dims, dtype, flow }, names: [name, 'output'] };
  const ranks = [
    ...[...NODES.values()].map(
      (node) => [node.type, rankEntry(source, { ...node, outputs: node.outputs.length })] as const,
    ),
    ...[...MODULES.values()].map((module) => {
      const inputs = moduleInputs(module, NODES).map((input) => ({ ...input, dtypes: [input.dtype] }));
      return [module.name, rankEntry(source, { inputs, outputs: 1, category: null })] as const;
    }),
  ];
  return ranks.toSorted(([, a], [, b]) => b - a)[0]![0];
}

test('an image goes to patchify, ids to an embedding, a query to attention, tokens of a vision model to its blocks', () => {
  expect(best('batch 2, channels 3, height 224, width 224', 'f32', 'image', 'pixel_values')).toBe('patchify');
  expect(best('batch 2, seq 26', 'i32', 'tokens', 'input_ids')).toBe('embedding');
  expect(best('batch 2, num_heads 4, patches 36, head_dim 12', 'f32', 'tensor', 'query')).toBe(
    'scaled_dot_product_attention',
  );
  expect(best('batch 2, patches 36, embed_dim 48', 'f32', 'tensor', 'hidden_states')).toBe('VisionAttention');
});

test('what takes no such element is not ranked', () => {
  const ids = { type: { dims: [{ size: 3 }], dtype: 'i32', flow: 'tokens' }, names: [] } as const;
  expect(rankEntry(ids, { ...NODES.get('linear')!, outputs: 1 })).toBe(0);
});

test('layers whose size a value decides come first, and what could do without it last', () => {
  const source = { type: { dims: [{ size: 16 }, { size: 128 }], dtype: 'f32', flow: 'tensor' }, names: [] } as const;
  const rank = (type: string): number => {
    const definition = NODES.get(type)!;
    return rankEntry(source, { ...definition, outputs: definition.outputs.length });
  };
  for (const sized of ['linear', 'layer_norm'])
    for (const other of ['eye', 'top_k', 'gelu', 'matmul']) expect(rank(sized)).toBeGreaterThan(rank(other));
  expect(rank('gelu')).toBe(rank('eye'));
  expect(rank('gelu')).toBeGreaterThan(rank('matmul'));
  const optional = { ...NODES.get('linear')!, outputs: 1 };
  const inputs = optional.inputs.map((input) => ({ ...input, optional: true }));
  expect(rankEntry(source, { ...optional, inputs })).toBeLessThan(rank('gelu'));
});
