/** What generate.py repeats: the model, from ids to logits, as the graph's generate node says. */
import { endsOfNode, generateNodes } from '../../nodes/generation/plan.ts';
import type { GenerationOptions, TokenRows } from '../../nodes/generation/generate-tokens.ts';
import type { LeafInstance } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { ExportSource } from '../target.ts';
import type { Forward, ForwardArgument } from './forward.ts';

export interface GenerationLoop {
  readonly ids: ForwardArgument;
  /** Name of the output that has the logits. */
  readonly logits: string;
  readonly options: GenerationOptions;
  /** Ids without padding, all equally long; absent where the graph has none. */
  readonly prompt?: TokenRows;
}

export interface PlannedLoop {
  /** Absent where the graph does not generate. */
  readonly loop?: GenerationLoop;
  readonly problems: readonly Problem[];
}

/** The loop of the graph's first generate node whose ends are arguments and outputs of `forward`. */
export function planLoop(source: ExportSource, forward: Forward): PlannedLoop {
  const nodes = generateNodes(source.tree);
  const [first, ...others] = nodes.map((node) => loopOf(node, source, forward));
  if (!first) return { problems: [] };
  if ('message' in first) return { problems: [first] };
  const left = nodes
    .slice(1)
    .map((node) => problemAt(node, 'warning', `left out, because generate.py writes as ${nodes[0]!.path} does`));
  return { loop: first, problems: others.length > 0 ? left : [] };
}

function loopOf(node: LeafInstance, source: ExportSource, { inputs, results }: Forward): GenerationLoop | Problem {
  const ends = endsOfNode(node);
  // What is not wired generates nowhere, and the editor says so.
  if ('message' in ends) return { ...ends, severity: 'warning' };
  const { tree, sources } = source;
  const ids = inputs.find(({ port }) => port === ends.ids.path);
  if (!ids) {
    return problemAt(node, 'error', `in PyTorch its ids must be an input of the model, not ${ends.ids.path}`);
  }
  const logits = results.find(({ port }) => {
    const behind = tree.root.outputs[port];
    return behind?.path === ends.logits.path && behind.port === ends.logits.port;
  });
  if (!logits) {
    return problemAt(node, 'error', 'in PyTorch its logits must be an output of the model; wire them to an output too');
  }
  const from = sources.recipes.get(ids.port)?.from;
  const [batch = 0] = ids.type?.dims.map(({ size }) => size) ?? [];
  const rows = from?.kind === 'tokens' ? from.rows : [];
  const areEqual = rows.length > 0 && rows.every(({ length }) => length === rows[0]!.length);
  return {
    ids,
    logits: logits.port,
    options: ends.options,
    ...(areEqual && { prompt: Array.from({ length: batch }, (_, place) => rows[place % rows.length]!) }),
  };
}

function problemAt({ place, path }: LeafInstance, severity: Problem['severity'], message: string): Problem {
  return { code: 'pytorch.generate', severity, message, place: { ...place, path } };
}
