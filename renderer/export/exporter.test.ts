import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { TARGETS } from '../../export/registry.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { ExportRefused } from '../../export/document-source.ts';
import { analyse } from '../../graph/analyse.ts';
import { NODES } from '../../nodes/registry.ts';
import { planWeights } from '../../nodes/weights.ts';
import { createCheckpoints } from '../session/checkpoints.ts';
import { filesOf } from '../session/graph-source.ts';
import { checkpointOf } from '../testing/checkpoints.ts';
import { exportName, packedName } from './packed-name.ts';
import { describeFiles, exportFiles, packFiles, sourceFor } from './exporter.ts';

const merge = await TEMPLATES.find(({ name }) => name === 'merge')!.load();
const noPictures = () => Promise.reject(new Error('the template has no pictures'));

function request(target: string, document = merge) {
  return { document, name: 'merge', target, files: new Map(), checkpoint: null };
}

test.each(Object.keys(TARGETS))('%s: what is described is what is packed', async (target) => {
  const described = await describeFiles(await exportFiles(request(target), noPictures));
  const progress: string[] = [];
  const files = await exportFiles(request(target), noPictures);
  const packed = await packFiles('merge', files, (path) => progress.push(path));
  expect(new Set(progress)).toEqual(new Set(described.map(({ path }) => path)));
  if (described.length === 1) {
    expect(packedName('merge', described)).toBe('merge.onnx');
    expect(packed.byteLength).toBeGreaterThan(0);
    return;
  }
  expect(packedName('merge', described)).toBe('merge.zip');
  const unpacked = unzipSync(packed);
  expect(Object.keys(unpacked).toSorted()).toEqual(described.map(({ path }) => `merge/${path}`).toSorted());
  for (const { path, text } of described) {
    if (text !== null) expect(new TextDecoder().decode(unpacked[`merge/${path}`])).toBe(text);
  }
});

test('a graph with an error is refused before anything is made', async () => {
  const [main, ...others] = merge.modules;
  const open = { ...merge, modules: [{ ...main!, edges: main!.edges.slice(1) }, ...others] };
  for (const target of Object.keys(TARGETS)) {
    await expect(exportFiles(request(target, open), noPictures)).rejects.toThrow(ExportRefused);
  }
  await expect(exportFiles(request('punched cards'), noPictures)).rejects.toThrow('no export target punched cards');
});

test('an export has the weights of the checkpoint that the document names, and is refused where it is not there', async () => {
  const attention = await TEMPLATES.find(({ name }) => name === 'attention')!.load();
  const { recipes } = planWeights(analyse(attention, NODES).tree, attention.seed);
  const ones = checkpointOf(
    'ones.safetensors',
    new Map(
      Array.from(recipes.values(), ({ path, shape }) => {
        return [path, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1) }];
      }),
    ),
  );
  const document = { ...attention, weights: { path: ones.path, sha256: ones.sha256 } };
  const platform = { readAsset: async () => null, pickCheckpoint: async () => null, openCheckpoint: async () => ones };
  const files = await filesOf(document, null, { platform, checkpoints: createCheckpoints(platform) });
  const { source } = await sourceFor({ document, name: 'attention', target: 'onnx', ...files }, noPictures);
  const [path] = recipes.keys();
  expect(new Set(await source.leaf('weight', path!))).toEqual(new Set([1]));
  files.checkpoint!.port.close();
  const without = { document, name: 'attention', target: 'onnx', files: new Map(), checkpoint: null };
  await expect(exportFiles(without, noPictures)).rejects.toThrow('ones.safetensors is not beside the document');
});

test('an export is called as its graph, and by its target', () => {
  expect(exportName('vit.patchbay', 'web')).toBe('vit-web');
  expect(exportName('Untitled', 'onnx')).toBe('Untitled-onnx');
});
