/** Which losses a graph has, and where its samples meet. */
import { describe, expect, test } from 'vitest';
import { applyModes } from '../../../graph/modes.ts';
import type { PatchbayDocument } from '../../../graph/schema.ts';
import { NODES } from '../../../nodes/registry.ts';
import { TEMPLATES } from '../../../templates/registry.ts';
import { exportSourceOf, textOf } from '../../testing/source.ts';
import { openRuff } from '../../testing/ruff.ts';
import { PYTORCH } from '../target.ts';
import { findLosses } from './losses.ts';
import { sampledInputs } from './sampled.ts';
import { AWKWARD, CLASSIFIER, COMPARISONS, graphOf, JOINT, node, regression, wire } from './testing/documents.ts';

const ruff = openRuff();

function lossesOf(document: PatchbayDocument): Readonly<Record<string, string>> {
  const source = exportSourceOf(document);
  const applied = { ...source, document: applyModes(document, NODES).document };
  const losses = findLosses(applied, sampledInputs(source));
  return Object.fromEntries(
    losses.map(({ output, how }) => {
      if (how.kind === 'contrastive') {
        const { loss, images, texts, scale, bias } = how;
        const numbers = [scale, bias].map((operand) => {
          if (!operand) return 'none';
          const { from, inverse } = operand;
          return `${inverse ? '1 / ' : ''}${typeof from === 'number' ? from : from.path}`;
        });
        return [output, [loss, images.path, texts.path, ...numbers].join(', ')];
      }
      return [output, how.kind === 'joint' ? `joint at ${how.at.path}` : how.kind];
    }),
  );
}

async function template(name: string): Promise<PatchbayDocument> {
  return TEMPLATES.find((candidate) => candidate.name === name)!.load();
}

describe('losses of a graph', () => {
  test('templates', async () => {
    expect(lossesOf(await template('clip'))).toEqual({
      clip_loss: 'clip, image_direction, text_direction, logit_scale, none',
      siglip_loss: 'siglip, image_direction, text_direction, logit_scale, none',
    });
    const inside = 'model.image_direction, model.text_direction, model.logit_scale, none';
    expect(lossesOf(await template('siglip'))).toEqual({
      clip_loss: `clip, ${inside}`,
      siglip_loss: `siglip, ${inside}`,
    });
    for (const name of ['vit', 'vlm', 'retrieval', 'zero_shot', 'merge'])
      expect(lossesOf(await template(name)), name).toEqual({});
  });

  test('scores are found however they are made', () => {
    expect(lossesOf(COMPARISONS)).toEqual({
      sigmoid_loss: 'siglip, left, right, 1 / temperature, offset',
      softmax_loss: 'clip, left, right, 10, none',
      reverse_loss: 'siglip, left, right, none, none',
      size_loss: 'mean',
    });
  });

  test('averages, and where samples meet', () => {
    expect(lossesOf(regression(0))).toEqual({ loss: 'mean' });
    expect(lossesOf(CLASSIFIER)).toEqual({ loss: 'mean' });
    expect(lossesOf(JOINT)).toEqual({ loss: 'joint at competition' });
  });

  test('a loss that somebody edited is no longer the shipped one', () => {
    const modules = COMPARISONS.modules.map((module) => {
      if (module.name !== 'SigLIPLoss') return module;
      return { ...module, nodes: module.nodes.map((n) => (n.id === 'half' ? { ...n, params: { value: 3 } } : n)) };
    });
    expect(lossesOf({ ...COMPARISONS, modules })).toMatchObject({
      sigmoid_loss: 'joint at cosines',
      softmax_loss: expect.stringContaining('clip'),
    });
  });

  test('features that have met before are no features', () => {
    const [main, ...others] = COMPARISONS.modules;
    const nodes = [...main!.nodes, node('competition', 'softmax', { dim: 0 })];
    const edges = [
      ...main!.edges.filter(({ to }) => to[0] !== 'left'),
      wire('a.output', 'competition.input'),
      wire('competition.output', 'left.input'),
    ];
    const found = lossesOf({ ...COMPARISONS, modules: [{ ...main!, nodes, edges }, ...others] });
    expect(found).toMatchObject({ sigmoid_loss: 'joint at competition', size_loss: 'joint at competition' });
  });

  test('a language model: cross-entropy over rows of all samples', () => {
    const document = graphOf(
      [
        node('ids', 'token_input', { batch: 'batch', tokenizer: 'bytes', length: 6 }),
        node('table', 'embedding', { num_embeddings: 256, embedding_dim: 8 }),
        node('reader', 'lstm', { input_size: 8, hidden_size: 8 }),
        node('head', 'linear', { in_features: 8, out_features: 256 }),
        node('before', 'slice', { dim: 1, stop: 5 }),
        node('after', 'slice', { dim: 1, start: 1, stop: 6 }),
        node('rows', 'reshape', { shape: '-1, 256' }),
        node('labels', 'flatten', { start_dim: 0 }),
        node('surprise', 'cross_entropy'),
        node('loss', 'output'),
      ],
      [
        wire('ids.ids', 'table.ids'),
        wire('table.output', 'reader.input'),
        wire('reader.output', 'head.input'),
        wire('head.output', 'before.input'),
        wire('ids.ids', 'after.input'),
        wire('before.output', 'rows.input'),
        wire('after.output', 'labels.input'),
        wire('rows.output', 'surprise.logits'),
        wire('labels.output', 'surprise.labels'),
        wire('surprise.loss', 'loss.input'),
      ],
    );
    expect(lossesOf(document)).toEqual({ loss: 'mean' });
  });
});

test.each([
  ['comparisons', COMPARISONS],
  ['joint', JOINT],
  ['classifier', CLASSIFIER],
  ['awkward names', AWKWARD],
  ['regression', regression(0.1)],
] as const)('what is written for %s is clean, and listed', async (_, document) => {
  const files = await PYTORCH.files(exportSourceOf(document));
  const readme = await textOf(files.find(({ path }) => path === 'README.md')!);
  for (const file of files.filter(({ path }) => path.endsWith('.py'))) {
    expect(ruff.complaints(await textOf(file)), file.path).toEqual([]);
    expect(readme).toContain(`| \`${file.path}\` |`);
  }
  expect(files.map(({ path }) => path)).toContain('train.py');
});
