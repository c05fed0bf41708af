/** Web: a folder that opens as a page on any static server, with the plan as WGSL, its numbers, and a loader to read. */
import { compile } from '../../gpu/compile.ts';
import { DEFAULT_LIMITS, LimitError } from '../../gpu/limits.ts';
import { PASSES, runPasses } from '../../gpu/passes/pipeline.ts';
import type { Plan } from '../../gpu/plan.ts';
import { readTextAsset } from '../../graph/text-asset.ts';
import type { Problem } from '../../graph/problems.ts';
import { lower } from '../../nodes/lower.ts';
import { loopsLeftOut } from '../left-out.ts';
import { NAMES_AS_KEYS } from '../names-as-keys.ts';
import { textFile, type ExportSource, type ExportTarget } from '../target.ts';
import { DATA_FILE, dataPieces, describeModel, shaderFile } from './model-file.ts';

export const WEB: ExportTarget = {
  name: 'web',
  title: 'Web page',
  summary: 'A page that computes the graph with WebGPU: open it from any static server',
  problems: (source) => {
    if (Object.keys(source.tree.root.outputs).length === 0) {
      const message = 'the main module has no output to export';
      return [{ code: 'export.no-output', severity: 'error', message, place: {} }];
    }
    try {
      return [...startless(source, planOf(source)), ...loopsLeftOut(source, 'the page')];
    } catch (error) {
      if (!(error instanceof LimitError)) throw error;
      const place = { path: error.origin, ...source.tree.byPath.get(error.origin)?.place };
      return [{ code: 'export.limit', severity: 'error', message: error.message, place }];
    }
  },
  files: async (source) => {
    const plan = planOf(source);
    const model = describeModel(source, plan);
    const page = await Promise.all(
      Object.entries(PAGE).map(async ([path, url]) => textFile(path, await readTextAsset(url))),
    );
    return [
      ...page,
      textFile('model.json', `${JSON.stringify(model, null, 1)}\n`),
      ...plan.shaders.map((shader, index) => textFile(shaderFile(shader, index), shader.wgsl)),
      { path: DATA_FILE, pieces: dataPieces(source, plan, model) },
    ];
  },
};

/** Sources whose numbers cannot be had: the page computes from the start, and would have nothing to compute from. */
function startless({ sources }: ExportSource, { leaves }: Plan): readonly Problem[] {
  const needed = new Set(leaves.filter(({ kind }) => kind === 'input').map(({ name }) => name));
  return sources.problems.filter(({ place }) => place.path !== undefined && needed.has(place.path));
}

/** `new URL` is written out at each file: that is what the bundler finds it by. */
const PAGE: Readonly<Record<string, URL>> = {
  'index.html': new URL('./page/index.html', import.meta.url),
  'page.js': new URL('./page/page.js', import.meta.url),
  'patchbay.js': new URL('./page/patchbay.js', import.meta.url),
  'page.css': new URL('./page/page.css', import.meta.url),
};

/** For whatever adapter the page meets: kernels that every WebGPU takes, within the limits that all of them grant. */
function planOf({ tree, inference, weights }: ExportSource): Plan {
  // What the sources hold here is where the page starts; it may be given other numbers.
  const sources = new Map(tree.execution.map(({ path }) => [path, path]));
  const { graph } = lower(tree, inference, { weights: weights.recipes, sources });
  const passes = [NAMES_AS_KEYS, ...PASSES];
  const optimised = runPasses(graph, passes);
  return compile(optimised, { limits: DEFAULT_LIMITS, tuning: { adapter: '', matmul: {} }, keep: 'outputs' });
}
