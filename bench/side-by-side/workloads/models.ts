/** Whole models: ViT-B/16 as IR, and CLIP and the vision-language model as the templates have them. */
import type { LeafWords } from '../../../export/target.ts';
import { analyse } from '../../../graph/analyse.ts';
import { describeProblem } from '../../../graph/problems.ts';
import { vitGraph, type VitSizes } from '../../../gpu/testing/vit-graph.ts';
import { lower } from '../../../nodes/lower.ts';
import { NODES } from '../../../nodes/registry.ts';
import { fillSource, planSources } from '../../../nodes/sources.ts';
import { planWeights } from '../../../nodes/weights.ts';
import { TEMPLATES } from '../../../templates/registry.ts';
import type { Parts, Scale, WorkloadRecord } from '../workload.ts';

const BASE = { imageSize: 224, patchSize: 16, width: 768, heads: 12 } as const;
const TINY = { imageSize: 64, patchSize: 16, width: 96, heads: 6 } as const;

export const MODELS: readonly WorkloadRecord[] = [
  vit('vit-3', { depth: 3, batch: 1 }),
  vit('vit-12', { depth: 12, batch: 1 }),
  vit('vit-3-batch-8', { depth: 3, batch: 8 }),
  vit('vit-12-batch-8', { depth: 12, batch: 8 }),
  { name: 'clip', title: 'CLIP, forward', build: (scale) => fromTemplate('clip', scale) },
  { name: 'vlm', title: 'Vision-language model, forward', build: (scale) => fromTemplate('vlm', scale) },
];

function vit(name: string, { depth, batch }: Pick<VitSizes, 'depth' | 'batch'>): WorkloadRecord {
  return {
    name,
    title: `ViT-B/16, depth ${depth}, batch ${batch}`,
    build: (scale) => {
      const sizes: VitSizes = scale === 'tiny' ? { ...TINY, depth: 2, batch } : { ...BASE, depth, batch };
      const { width, imageSize } = sizes;
      const size = `width ${width}, ${imageSize} × ${imageSize} pixels, ${sizes.depth} blocks`;
      return Promise.resolve({ graph: vitGraph(sizes), size });
    },
  };
}

/** The template as the application lowers it, every output of it; its texts are its own. */
async function fromTemplate(name: string, scale: Scale): Promise<Parts> {
  const preset = scale === 'tiny' ? 'live' : 'notebook';
  const document = await TEMPLATES.find((template) => template.name === name)!.load();
  const { tree, inference, problems } = analyse(document, NODES, { preset });
  const weights = planWeights(tree, document.seed);
  const sources = planSources(tree, inference, document);
  const [problem] = [...problems, ...weights.problems, ...sources.problems];
  if (problem) throw new Error(`${name}: ${describeProblem(problem)}`);
  const { graph } = lower(tree, inference, { weights: weights.recipes, sources: sources.keys });
  const inputs = new Map<string, LeafWords>();
  for (const [path, recipe] of sources.recipes) {
    // Pixels are made up like weights, so that no host has to decode pictures.
    if (recipe.from.kind === 'pictures') continue;
    inputs.set(path, await fillSource(recipe, () => Promise.reject(new TypeError(`${path} is no picture`))));
  }
  return { graph, inputs, size: `the template's preset “${preset}”` };
}
