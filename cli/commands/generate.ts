/** `patchbay generate`: text from a graph with a generate node, token by token. */
import type { InstanceTree } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import { Continuation } from '../../nodes/generation/continuation.ts';
import { generateTokens, type GenerationOptions, type TokenRows } from '../../nodes/generation/generate-tokens.ts';
import { grow } from '../../nodes/generation/grow.ts';
import {
  endsOfNode,
  endsOfOutputs,
  generateNodes,
  planGeneration,
  type GenerationEnds,
  type GenerationPlan,
} from '../../nodes/generation/plan.ts';
import { foreign } from '../../nodes/text/tokenizer.ts';
import type { Call, Command, Flag } from '../command.ts';
import type { Computed, Device } from '../devices/device.ts';
import { openDevice } from '../devices/open.ts';
import { UsageError, UserError } from '../errors.ts';
import { DEVICE, GRAPH_FLAGS, INPUT, RENAME, SEED, STORAGE, WEIGHTS } from '../flags.ts';
import { loadGraph, rejectErrors } from '../graph.ts';
import { bindInputs } from '../inputs.ts';
import { leavesOf } from '../leaves.ts';
import { buildModel, loadFiles, type Model } from '../model.ts';
import { sha256 } from '../pictures.ts';
import { storageOf } from '../storage.ts';

const NODE: Flag = { name: 'node', value: 'NAME', help: 'the generate node, where there are several' };
const TOKENS: Flag = { name: 'tokens', value: 'N', help: 'how many tokens are written' };
const TEMPERATURE: Flag = {
  name: 'temperature',
  value: 'T',
  help: '0 takes the most likely token; otherwise one is drawn',
};
const TOP_K: Flag = { name: 'top-k', value: 'K', help: 'draw from so many most likely tokens; 0: from all' };
const TOP_P: Flag = { name: 'top-p', value: 'P', help: 'draw from tokens that together have this probability' };
const SAMPLE_SEED: Flag = {
  name: 'sample-seed',
  value: 'N',
  help: 'draw tokens from this seed; absent: from that of --seed, or of the node',
};

export const generate: Command = {
  name: 'generate',
  summary: 'Write text with a graph that has a generate node; its parameters hold where no flag says otherwise',
  operands: ['GRAPH'],
  flags: [
    ...GRAPH_FLAGS,
    WEIGHTS,
    RENAME,
    INPUT,
    NODE,
    TOKENS,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    SAMPLE_SEED,
    DEVICE,
    STORAGE,
  ],
  run: async (call) => {
    const open = openDevice(call.value(DEVICE), storageOf(call));
    const flags = optionFlags(call);
    const graph = await bindInputs(await loadGraph(call), call);
    const files = await loadFiles(graph, call);
    const model = buildModel(graph, files, []);
    const plan = planOf(model, call);
    const device = await open();
    try {
      await write(call, model, { ...plan, options: { ...plan.options, ...flags } }, device);
    } finally {
      device.dispose();
    }
    return 0;
  },
};

function planOf(model: Model, call: Call): GenerationPlan {
  const bound = new Map(
    Array.from(model.bound, ([name, { type, data }]) => [name, rowsOf(type.dims[1]?.size ?? 0, data)]),
  );
  return orReject(planGeneration(endsOf(model.tree, call), { ...model, bound }));
}

function orReject<T extends object>(value: T | Problem): T {
  if ('message' in value) rejectErrors([value]);
  return value as T;
}

function endsOf(tree: InstanceTree, call: Call): GenerationEnds {
  const graph = call.operands[0]!;
  const nodes = generateNodes(tree);
  const names = nodes.map(({ path }) => path).join(', ');
  const name = call.value(NODE);
  if (name !== undefined) {
    const named = nodes.find(({ path }) => path === name);
    if (named) return orReject(endsOfNode(named));
    throw new UserError(`--node ${name}: ${nodes.length > 0 ? `there are ${names}` : 'there is no generate node'}`);
  }
  if (nodes.length === 1) return orReject(endsOfNode(nodes[0]!));
  if (nodes.length > 1)
    throw new UserError(`${graph}: there are several generate nodes; say which with --node: ${names}`);
  const ends = endsOfOutputs(tree);
  if (ends) return ends;
  throw new UserError(`${graph}: there is no generate node; wire one to the logits and to the ids`);
}

function rowsOf(length: number, ids: ArrayLike<number>): TokenRows {
  const count = length === 0 ? 0 : ids.length / length;
  return Array.from({ length: count }, (_, row) => Array.from({ length }, (_, at) => ids[row * length + at]!));
}

/** Prints every token as it is chosen, then each sequence's new ids and text. */
async function write(call: Call, model: Model, plan: GenerationPlan, device: Device): Promise<void> {
  const written: number[][] = plan.prompt.map(() => []);
  const show = (id: number): string => JSON.stringify(plan.tokenizer?.show(id) ?? foreign(id));
  for await (const next of generateTokens(plan.prompt, plan.options, logitsReader(call, model, plan, device))) {
    for (const [row, id] of next.entries()) written[row]!.push(id);
    call.print(`${String(written[0]!.length).padStart(4)}  ${next.map((id) => `${id} ${show(id)}`).join('  ')}`);
  }
  for (const [row, ids] of written.entries()) {
    const label = written.length > 1 ? ` ${row}` : '';
    call.print(`ids${label}: ${ids.join(' ')}`);
    if (plan.tokenizer) call.print(`text${label}: ${plan.tokenizer.decode(ids)}`);
  }
}

/** Computes the graph for ids of any length; what does not depend on them, or on those that are new, is computed once. */
function logitsReader(
  call: Call,
  model: Model,
  plan: GenerationPlan,
  device: Device,
): (rows: TokenRows) => Promise<readonly Float32Array[]> {
  // Weights are the same at every step, and drawn or read once.
  const { read: readWeight } = leavesOf(model, true);
  const continuation = new Continuation();
  const told = new Set<string>();
  const compute = async (rows: TokenRows): Promise<Computed> => {
    const grown = grownModel(model, plan, rows);
    const { graph } = grown;
    const logits = grown.lowered.outputs.get(plan.logits);
    if (logits === undefined) throw new UserError(`${plan.logits} cannot be computed`);
    const step = continuation.begin({ graph, logits, name: plan.logits, source: plan.source, rows });
    const { read } = leavesOf(grown, false);
    const computed = await device.compute(
      step.graph,
      (kind, name) => (kind === 'weight' ? readWeight(kind, name) : read(kind, name)),
      [plan.logits],
      step.reads,
    );
    continuation.ran(step, (name) => computed.keys.get(name));
    for (const warning of computed.warnings) if (!told.has(warning)) call.warn(`patchbay generate: ${warning}`);
    for (const warning of computed.warnings) told.add(warning);
    return computed;
  };
  return async (rows) => {
    const { tensors } = await compute(rows).catch(() => {
      // What the step before has left may be gone. If it was something else, that happens again.
      continuation.forget();
      return compute(rows);
    });
    const { type, data } = tensors[0]!;
    const [batch, length, vocab] = type.shape as [number, number, number];
    return Array.from({ length: batch }, (_, row) => {
      const end = (row + 1) * length * vocab;
      return Float32Array.from(data.subarray(end - vocab, end));
    });
  };
}

function grownModel(model: Model, plan: GenerationPlan, rows: TokenRows): Model {
  const { document, values, type, ids } = grow(model.document, model.tree, plan.source, rows);
  const hash = sha256(new Uint8Array(ids.buffer));
  const overrides = { ...model.overrides, values: { ...model.overrides.values, ...values } };
  const bound = new Map([...model.bound, [plan.source, { type, hash, data: ids }]]);
  return buildModel({ document, folder: model.folder, overrides, bound }, model, []);
}

function optionFlags(call: Call): Partial<GenerationOptions> {
  const number = (flag: Flag, fits: (value: number) => boolean, wanted: string): number | undefined => {
    const text = call.value(flag);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || !fits(value)) {
      throw new UsageError(`--${flag.name} ${text}: it must be ${wanted}`);
    }
    return value;
  };
  const whole = (least: number) => (value: number) => Number.isSafeInteger(value) && value >= least;
  const options = {
    tokens: number(TOKENS, whole(1), 'a whole number from 1'),
    temperature: number(TEMPERATURE, (value) => value >= 0, 'a number from 0'),
    topK: number(TOP_K, whole(0), 'a whole number from 0'),
    topP: number(TOP_P, (value) => value >= 0 && value <= 1, 'a number from 0 to 1'),
    seed: number(SAMPLE_SEED, whole(0), 'a whole number from 0') ?? number(SEED, whole(0), 'a whole number from 0'),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
