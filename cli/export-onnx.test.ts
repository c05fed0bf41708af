/** `patchbay export --to onnx` and `verify --against onnx`: the model's names and form, and that ONNX Runtime computes what the graph does. */
import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelProtoSchema, TensorProto_DataLocation, type GraphProto } from 'onnx-buf';
import { afterAll, describe, expect, test } from 'vitest';
import { buildModel } from '../export/onnx/build.ts';
import { encodeModel } from '../export/onnx/encode.ts';
import { exportOnnx } from '../export/onnx/target.ts';
import { createBuilder } from '../gpu/ops/create-builder.ts';
import { runs } from '../scripts/effort.ts';
import { parseCall } from './arguments.ts';
import { exportCommand } from './commands/export.ts';
import { run } from './commands/run.ts';
import { verify } from './commands/verify.ts';
import { writeExportFolder } from './export-folder.ts';
import { exportSource } from './export-source.ts';
import { loadPlan } from './model.ts';
import { openOnnxSession } from './onnx-runtime.ts';
import { document, LANGUAGE_MODEL, LINEAR, node, wire } from './testing/documents.ts';
import { call, testFolder } from './testing/in-process.ts';
import { distance, readResults } from './testing/results.ts';

const { fresh, file, exported, remove } = testFolder();
afterAll(remove);

const graphOf = (model: string): GraphProto => fromBinary(ModelProtoSchema, readFileSync(model)).graph!;

/** What onnx.checker asks of names: each value is given once, and before it is read; every node has a name of its own. */
function checkForm({ node: nodes, input, output, initializer }: GraphProto): void {
  const given = new Set<string>();
  const give = (name: string) => {
    expect(name).not.toBe('');
    expect(given.has(name), `${name} is given twice`).toBe(false);
    given.add(name);
  };
  for (const { name } of [...input, ...initializer]) give(name);
  for (const { input: operands, output: results, opType } of nodes) {
    for (const operand of operands)
      expect(operand === '' || given.has(operand), `${opType} reads ${operand}`).toBe(true);
    for (const result of results) give(result);
  }
  for (const { name } of output) expect(given).toContain(name);
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
}

describe('the model', () => {
  test('has the names of the editor: sources, outputs, the state_dict, ports in between', async () => {
    const model = await exported(file(LINEAR));
    const { opsetImport, irVersion, producerName } = fromBinary(ModelProtoSchema, readFileSync(model));
    expect({
      opsetImport: opsetImport.map(({ domain, version }) => [domain, version]),
      irVersion,
      producerName,
    }).toEqual({ opsetImport: [['', 17n]], irVersion: 8n, producerName: 'Patchbay' });
    const graph = graphOf(model);
    checkForm(graph);
    expect(graph.input.map(({ name }) => name)).toEqual(['x']);
    expect(graph.output.map(({ name }) => name)).toEqual(['y']);
    expect(graph.initializer.map(({ name, dims }) => [name, dims])).toEqual([
      ['layer.weight', [3n, 4n]],
      ['layer.bias', [3n]],
    ]);
    expect(graph.node.map(({ name }) => name)).toEqual(['layer/Transpose', 'layer/MatMul', 'layer/Add']);
  });

  test('takes any batch where the graph allows it', async () => {
    const graph = file(LANGUAGE_MODEL);
    const out = `${fresh()}.safetensors`;
    const flags = ['--set', 'batch=3', '--tap', 'image_features', '--tap', 'input_ids'];
    await call(run, graph, '--device', 'reference', '--out', out, ...flags);
    const { tensors } = await readResults(out);
    const model = await exported(graph);
    const dims = graphOf(model).output.map(({ type }) =>
      type!.value.case === 'tensorType' ? type!.value.value.shape!.dim.map(({ value }) => value.value) : [],
    );
    expect(dims).toEqual([['batch', 6n, 128n]]);
    checkForm(graphOf(model));
    const session = await openOnnxSession(model);
    const features = tensors.get('image_features.output')!;
    const ids = tensors.get('input_ids.ids')!;
    const [logits] = await session.run(
      [
        { name: 'image_features', type: { dtype: 'f32', shape: features.shape }, data: features.data },
        { name: 'input_ids', type: { dtype: 'i32', shape: ids.shape }, data: Int32Array.from(ids.data), as: 'i64' },
      ],
      ['logits'],
    );
    expect(logits!.type.shape).toEqual([3, 6, 128]);
    expect(distance(logits!.data, tensors.get('logits')!.data)).toBeLessThan(1e-6);
    await session.dispose();
  });

  test.each([
    ['computes sizes and positions from its input', 'eye', {}, ['batch', 4n]],
    ['keeps its own batch where a weight has it', 'parameter', { shape: 'batch, 3' }, [2n, 3n]],
  ])('%s', async (_, type, params, dims) => {
    const graph = document(
      [
        node('x', 'random_tensor', { shape: 'batch, width' }),
        node('other', type, params),
        node('y', 'output'),
        node('z', 'output'),
      ],
      [
        wire('x.output', 'y.input'),
        wire('other.output', 'z.input'),
        ...(type === 'eye' ? [wire('x.output', 'other.input')] : []),
      ],
    );
    const model = await exported(file(graph));
    const value = graphOf(model).output[1]!.type!.value;
    expect(value.case === 'tensorType' && value.value.shape!.dim.map((dim) => dim.value.value)).toEqual(dims);
    const session = await openOnnxSession(model);
    const x = { name: 'x', type: { dtype: 'f32', shape: [2, 4] }, data: new Float32Array(8) } as const;
    expect((await session.run([x], ['z']))[0]!.type.shape[0]).toBe(2);
    await session.dispose();
  });

  test('takes ids as i64, and gives them so', async () => {
    const ids = document(
      [node('ids', 'input', { shape: 'batch 3', dtype: 'i32' }), node('same', 'output')],
      [wire('ids.output', 'same.input')],
    );
    const session = await openOnnxSession(await exported(file(ids)));
    const type = { dtype: 'i32', shape: [2, 3] } as const;
    const [same] = await session.run(
      [{ name: 'ids', type, data: Int32Array.of(1, 2, 3, -4, 5, 6), as: 'i64' }],
      ['same'],
    );
    expect(same).toEqual({ name: 'same', type, data: Int32Array.of(1, 2, 3, -4, 5, 6) });
    await session.dispose();
  });

  test('keeps weights apart that are only equal: copies of one layer have entries of their own', async () => {
    const graph = graphOf(await exported('template:vlm'));
    checkForm(graph);
    const names = graph.initializer.map(({ name }) => name);
    for (const layer of [0, 1]) expect(names).toContain(`decoder.layers.${layer}.self_attn.in_proj_weight`);
  });

  test('computes what the reference does, from the text of a document', async () => {
    const graph = file(LANGUAGE_MODEL);
    const out = `${fresh()}.safetensors`;
    await call(run, graph, '--device', 'reference', '--out', out, '--tap', 'image_features', '--tap', 'input_ids');
    const { tensors } = await readResults(out);
    const session = await openOnnxSession(await exported(graph));
    const features = tensors.get('image_features.output')!;
    const ids = tensors.get('input_ids.ids')!;
    const [logits] = await session.run(
      [
        { name: 'image_features', type: { dtype: 'f32', shape: features.shape }, data: features.data },
        { name: 'input_ids', type: { dtype: 'i32', shape: ids.shape }, data: Int32Array.from(ids.data), as: 'i64' },
      ],
      ['logits'],
    );
    expect(distance(logits!.data, tensors.get('logits')!.data)).toBeLessThan(1e-6);
    await session.dispose();
  });

  test('puts parameters beyond its size into a file beside it, page by page', async () => {
    const args = [file(LINEAR)];
    const source = exportSource(
      args[0]!,
      await loadPlan(parseCall(exportCommand, args, { print: () => {}, warn: () => {} })),
    );
    const out = fresh();
    await writeExportFolder(out, exportOnnx(source, { largest: 59 }).files, false);
    expect(readdirSync(out)).toEqual(['model.onnx', 'model.onnx.data']);
    const tensors = graphOf(join(out, 'model.onnx')).initializer;
    expect(
      tensors.map(({ dataLocation, externalData }) => [
        dataLocation,
        externalData.map(({ key, value }) => [key, value]),
      ]),
    ).toEqual(
      [
        ['0', '48'],
        ['4096', '12'],
      ].map(([offset, length]) => [
        TensorProto_DataLocation.EXTERNAL,
        [
          ['location', 'model.onnx.data'],
          ['offset', offset],
          ['length', length],
        ],
      ]),
    );
    const x = {
      name: 'x',
      type: { dtype: 'f32', shape: [2, 4] },
      data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    } as const;
    const results = [];
    for (const model of [join(out, 'model.onnx'), await exported(args[0]!)]) {
      const session = await openOnnxSession(model);
      results.push((await session.run([x], ['y']))[0]!.data);
      await session.dispose();
    }
    expect(results[0]).toEqual(results[1]);
  });
});

describe('names that somebody chose', () => {
  const CODE = [
    "'; drop",
    '"',
    'two\nlines',
    "__import__('os')",
    '../../etc/passwd',
    '🧨',
    'a/b',
    '__proto__',
    '\ud800',
    '\0',
  ];
  // What a document may hold: identifiers, words of languages and of ours among them.
  const IDENTIFIERS = ['class', 'Layer', 'layer', 'x'.repeat(10_000), 'toString', 'MatMul', 'constant', '_', '0'];
  const three = (name: fc.Arbitrary<string>) => fc.uniqueArray(name, { minLength: 3, maxLength: 3 });
  const anything = fc.oneof(fc.constantFrom(...CODE, ...IDENTIFIERS), fc.string({ minLength: 1, unit: 'binary' }));

  test('stay names in a model, whatever they are, and the same ones three times', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(three(anything), fc.boolean(), async (chosen, same) => {
        const [x, weight, y] = same ? [chosen[0]!, chosen[0]!, chosen[0]!] : (chosen as [string, string, string]);
        const builder = createBuilder();
        builder.origin = weight;
        const type = { dtype: 'f32', shape: [2, 2] };
        const operands = [
          builder.emit('input', [], { name: x, key: 'x', ...type }),
          builder.emit('weight', [], { path: weight, key: 'w', ...type }),
        ];
        builder.output(y, builder.emit('linear', operands), 'output');
        const model = buildModel(builder.build(), { integers: 'i64', tapsAreOutputs: false });
        const pieces: Uint8Array[] = [];
        const words = new Uint8Array(Float32Array.of(1, 0, 0, 1).buffer);
        for await (const piece of encodeModel(model, { name: x }, () => Promise.resolve(words))) pieces.push(piece);
        const bytes = Buffer.concat(pieces);
        checkForm(fromBinary(ModelProtoSchema, bytes).graph!);
        const session = await openOnnxSession(bytes);
        const data = Float32Array.of(1, 2, 3, 4);
        const input = { name: model.inputs[0]!.name, type: { dtype: 'f32', shape: [2, 2] }, data } as const;
        expect((await session.run([input], [model.outputs[0]!.name]))[0]!.data).toEqual(data);
        await session.dispose();
      }),
      { numRuns: runs(100), seed: 5 },
    );
  });

  test('are no files, and the model of a document with them computes', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        three(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...IDENTIFIERS) }, anything)),
        async (chosen) => {
          const [x, layer, y] = chosen as [string, string, string];
          const hostile = document(
            [
              { ...node('x', 'random_tensor', { shape: 'batch, width' }), name: x },
              { ...node('layer', 'linear', { in_features: 'width', out_features: 3 }), name: layer },
              { ...node('y', 'output'), name: y },
            ],
            [wire('x.output', 'layer.input'), wire('layer.output', 'y.input')],
          );
          const out = fresh();
          try {
            await call(exportCommand, file(hostile), '--to', 'onnx', '--out', out);
          } catch (error) {
            // A name that the document itself may not have; nothing is written.
            expect((error as Error).name).toBe('UserError');
            expect(existsSync(out)).toBe(false);
            return;
          }
          expect(readdirSync(out)).toEqual(['model.onnx']);
          const graph = graphOf(join(out, 'model.onnx'));
          checkForm(graph);
          const session = await openOnnxSession(join(out, 'model.onnx'));
          const type = { dtype: 'f32', shape: [2, 4] } as const;
          const [result] = await session.run(
            [{ name: graph.input[0]!.name, type, data: new Float32Array(8) }],
            [graph.output[0]!.name],
          );
          expect(result!.type.shape).toEqual([2, 3]);
          await session.dispose();
        },
      ),
      { numRuns: runs(40), seed: 5 },
    );
  });
});

test('verify compares every named value on each seed, and reports them', async () => {
  const report = `${fresh()}.json`;
  const flags = ['--against', 'onnx', '--seeds', '2', '--device', 'reference', '--report', report];
  const { code, lines } = await call(verify, file(LANGUAGE_MODEL), ...flags);
  expect(code).toBe(0);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^seed 1 {2}\d+ values in ONNX Runtime {2}worst \S+ of 0\.00001 at \S+$/);
  const { rounds } = JSON.parse(readFileSync(report, 'utf8')) as {
    rounds: { seed: number; values: { name: string; distance: number }[] }[];
  };
  expect(rounds.map(({ seed }) => seed)).toEqual([0, 1]);
  expect(rounds[0]!.values.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['logits', 'embedding.output', 'attention.attention_weights']),
  );
  expect(rounds[0]!.values).not.toEqual(rounds[1]!.values);
});
