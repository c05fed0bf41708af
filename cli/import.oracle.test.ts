/**
 * Imported models against PyTorch: folders in Hugging Face's layout with weights that PyTorch drew, and what an
 * implementation of the published architectures of its own (scripts/oracle/huggingface.py) computes with them in float64.
 * What an import exports to PyTorch has the folder's own names again.
 */
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { Oracle } from '../scripts/oracle/oracle.ts';
import { findPython } from '../scripts/oracle/python.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { run } from './commands/run.ts';
import { CLIP, SIGLIP, VIT_CLASSIFIER } from '../import/huggingface/testing/published.ts';
import { SMALL, SMALL_TOWERS, writeFolder } from '../import/huggingface/testing/small-models.ts';
import { call, testFolder } from './testing/in-process.ts';
import { LIMITS } from './testing/oracle-run.ts';
import { distance, readResults } from './testing/results.ts';

let oracle: Oracle;
const files = testFolder();

beforeAll(async () => {
  oracle = await Oracle.start();
});
afterAll(() => {
  oracle?.close();
  files.remove();
});

const { classifier, vit, clip, siglip } = SMALL;
const [clipText, clipVision] = [clip.config.text_config, clip.config.vision_config];
const [siglipText, siglipVision] = [siglip.config.text_config, siglip.config.vision_config];

interface Case {
  readonly name: string;
  readonly config: object;
  readonly textLength?: number;
  /** Whether what is exported to PyTorch is run too. */
  readonly exported?: boolean;
}

const CASES: readonly Case[] = [
  { name: 'a ViT that classifies', config: classifier.config, exported: true },
  { name: 'CLIP of the first versions', config: clip.config, textLength: 5 },
  {
    name: 'CLIP with an end of text of its own and two activations',
    config: {
      ...clip.config,
      text_config: { ...clipText, hidden_act: 'gelu', eos_token_id: 4 },
      vision_config: { ...clipVision, layer_norm_eps: 0.2 },
    },
    textLength: 7,
    exported: true,
  },
  { name: 'SigLIP', config: siglip.config, textLength: 7, exported: true },
];

const TOWERS: readonly Case[] = Object.entries(SMALL_TOWERS).map(([name, { config }]) => ({
  name,
  config,
  ...(name.includes('Text') && { textLength: 7 }),
  exported: name.includes('Projection') || name.startsWith('Siglip'),
}));

const FULL_CASES: readonly Case[] = [
  { name: 'a ViT with its pooler', config: vit.config, exported: true },
  {
    name: 'a ViT without biases, with another activation',
    config: { ...vit.config, qkv_bias: false, hidden_act: 'gelu_new', layer_norm_eps: 0.1 },
    exported: true,
  },
  {
    name: 'a ViT of one channel and one head',
    config: { ...classifier.config, num_channels: 1, num_attention_heads: 1, hidden_act: 'relu' },
  },
  { name: 'CLIP of one token', config: clip.config, textLength: 1, exported: true },
  {
    name: 'SigLIP with two activations and more heads',
    config: {
      ...siglip.config,
      text_config: { ...siglipText, hidden_act: 'quick_gelu', layer_norm_eps: 0.1 },
      vision_config: { ...siglipVision, num_attention_heads: 6 },
    },
    textLength: 4,
    exported: true,
  },
];

/** Tensors of what PyTorch drew and computed, by their name behind the kind. */
type Golden = Readonly<
  Record<'weight' | 'input' | 'output', ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>>
>;

async function readGolden(file: string): Promise<Golden> {
  const { tensors } = await readResults(file);
  const under = (kind: string) =>
    new Map(
      Array.from(tensors).flatMap(([name, tensor]) =>
        name.startsWith(`${kind}/`) ? [[name.slice(kind.length + 1), tensor] as const] : [],
      ),
    );
  return { weight: under('weight'), input: under('input'), output: under('output') };
}

async function expectOutputs(file: string, { output: wanted }: Golden, limit: number): Promise<void> {
  const { tensors } = await readResults(file);
  expect([...tensors.keys()].toSorted()).toEqual([...wanted.keys()].toSorted());
  for (const [name, { shape, data }] of wanted) {
    expect(tensors.get(name)!.shape, name).toEqual(shape);
    expect(distance(tensors.get(name)!.data, data), name).toBeLessThanOrEqual(limit);
  }
}

test.each([...CASES, ...TOWERS, ...(FULL ? FULL_CASES : [])])(
  '$name computes what PyTorch does',
  async ({ config, textLength = 0, exported = false }) => {
    const file = await oracle.compute({
      system: 'huggingface',
      seed: 3,
      sizes: { batch: 2, text_len: textLength, config },
    });
    const golden = await readGolden(file);
    const tensors = Array.from(golden.weight, ([name, { shape, data }]) => ({
      name,
      dtype: 'F32' as const,
      shape,
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    }));
    const graph = `${files.fresh()}.patchbay`;
    const { code, lines } = await call(importCommand, writeFolder(files.fresh(), { config, tensors }), '--out', graph);
    expect(code, lines.join('\n')).toBe(0);
    expect(lines).toContain(`matched          ${tensors.length}`);

    const out = `${files.fresh()}.safetensors`;
    const bound = Array.from(golden.input.keys()).flatMap((name) => ['--input', `${name}=${file}:input/${name}`]);
    for (const device of ['reference', 'gpu'] as const) {
      await call(run, graph, '--device', device, '--out', out, ...bound);
      await expectOutputs(out, golden, LIMITS[device]);
    }
    if (!exported) return;
    const folder = files.fresh();
    await call(exportCommand, graph, '--to', 'pytorch', '--out', folder);
    execFileSync(findPython()!, ['run.py', '--out', out, ...bound], { cwd: folder });
    await expectOutputs(out, golden, 5e-6);
    const { tensors: kept } = await readResults(join(folder, 'weights.safetensors'));
    expect([...kept.keys()].toSorted()).toEqual([...golden.weight.keys()].toSorted());
  },
);

/** What google/siglip-base-patch16-224 leaves to the defaults, which the oracle does not know. */
const SIGLIP_DEFAULTS = { hidden_act: 'gelu_pytorch_tanh', layer_norm_eps: 1e-6, num_hidden_layers: 12 };
const SIGLIP_VISION = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_attention_heads: 12,
  image_size: 224,
  num_channels: 3,
};

if (FULL) {
  describe('at the sizes of the published models', () => {
    test.each([
      ['google/vit-base-patch16-224', VIT_CLASSIFIER, VIT_CLASSIFIER, 0],
      [
        'openai/clip-vit-base-patch32',
        CLIP,
        { ...CLIP, vision_config: { num_channels: 3, ...CLIP.vision_config } },
        77,
      ],
      [
        'google/siglip-base-patch16-224',
        SIGLIP,
        {
          ...SIGLIP,
          text_config: { ...SIGLIP_DEFAULTS, max_position_embeddings: 64, ...SIGLIP.text_config },
          vision_config: { ...SIGLIP_DEFAULTS, ...SIGLIP_VISION, ...SIGLIP.vision_config },
        },
        64,
      ],
    ])('%s computes what PyTorch does', async (_name, config, complete, textLength) => {
      const sizes = { batch: 1, text_len: textLength, config: complete };
      const file = await oracle.compute({ system: 'huggingface', seed: 0, sizes });
      const folder = writeFolder(files.fresh(), { config });
      // Hundreds of megabytes are read where they lie.
      symlinkSync(file, join(folder, 'model.safetensors'));
      const rules = ['weight/**=**', 'input/**=', 'output/**='].flatMap((rule) => ['--rename', rule]);
      const graph = join(folder, 'graph.patchbay');
      expect(await call(importCommand, folder, '--out', graph, ...rules)).toMatchObject({ code: 0 });
      const inputs = ['pixel_values', ...(textLength > 0 ? ['input_ids'] : [])];
      const out = join(folder, 'out.safetensors');
      const bound = inputs.flatMap((name) => ['--input', `${name}=${file}:input/${name}`]);
      await call(run, graph, '--device', 'cpu', '--out', out, ...bound);
      const golden = await readGolden(file);
      await expectOutputs(out, golden, 5e-6);
    });
  });
}
