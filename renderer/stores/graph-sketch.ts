/** What a small picture of a document shows, small enough to be kept: its main module's frames, nodes and wires. */
import { z } from 'zod';
import { portPath, type Inference } from '../../graph/instance.ts';
import { lazily } from '../../graph/lazily.ts';
import type { Frame, GraphNode, PatchbayDocument } from '../../graph/schema.ts';
import type { Flow } from '../../graph/signature.ts';

/** A node without a size of its own is drawn like this, in document coordinates. */
const NODE_SIZE = [196, 190] as const;
/** More cannot be told apart in a picture of this size. */
const MOST_NODES = 160;
const MOST_WIRES = 240;

/** In the order of their numbers in a sketch, which is kept: new ones go last. */
const FLOWS = ['image', 'tensor', 'tokens', 'attention', 'mask', 'loss'] as const satisfies readonly Flow[];

export const graphSketch = lazily(() => {
  const number = z.number().int();
  const box = z.tuple([number, number, number, number]);
  const flow = number.min(0).max(FLOWS.length - 1);
  return z.object({
    /** x, y, width, height. */
    frames: z.array(box).max(MOST_NODES),
    /** The box, and what flows out. */
    nodes: z.array(z.tuple([...box.def.items, flow])).max(MOST_NODES),
    /** Indices of two nodes, and what flows from the one to the other. */
    wires: z.array(z.tuple([number, number, flow])).max(MOST_WIRES),
  });
});

export type GraphSketch = z.infer<ReturnType<typeof graphSketch>>;
export type SketchBox = GraphSketch['frames'][number];

export function sketchOf(document: PatchbayDocument, inference: Inference): GraphSketch {
  const module = document.modules.find(({ name }) => name === document.main);
  if (!module) return { frames: [], nodes: [], wires: [] };
  const drawn = module.nodes.slice(0, MOST_NODES);
  const flows = firstFlows(inference);
  const index = new Map(drawn.map(({ id }, at) => [id, at]));
  const wires = module.edges.flatMap(({ from, to }): GraphSketch['wires'] => {
    const [start, end] = [index.get(from[0]), index.get(to[0])];
    return start === undefined || end === undefined
      ? []
      : [[start, end, numberOf(flowOf(drawn[start]!, inference, flows, from[1]))]];
  });
  return {
    frames: (module.frames ?? []).slice(0, MOST_NODES).map(boxOf),
    nodes: drawn.map((node) => [...boxOf(node), numberOf(flowOf(node, inference, flows))]),
    wires: wires.slice(0, MOST_WIRES),
  };
}

export function flowOfNumber(number: number): Flow {
  return FLOWS[number]!;
}

function numberOf(flow: Flow): number {
  return FLOWS.indexOf(flow);
}

/** What flows at the first output of each node of the main module, or else at its first input. */
function firstFlows({ outputs, inputs }: Inference): ReadonlyMap<string, Flow> {
  const flows = new Map<string, Flow>();
  for (const ports of [outputs, inputs]) {
    for (const [path, { flow }] of ports) {
      const [name, port, ...deeper] = path.split('.');
      // A port node shows what flows through it.
      const isOf = deeper.length === 0 && (port !== undefined || path === name);
      if (isOf && !flows.has(name!)) flows.set(name!, flow);
    }
  }
  return flows;
}

/** What flows out of a node at a port, or at its first one. */
function flowOf({ name }: GraphNode, { outputs }: Inference, flows: ReadonlyMap<string, Flow>, port?: string): Flow {
  const at = port === undefined ? undefined : (outputs.get(portPath(name, port)) ?? outputs.get(name));
  return at?.flow ?? flows.get(name) ?? 'tensor';
}

function boxOf({ position: [x, y], size }: Pick<GraphNode | Frame, 'position' | 'size'>): SketchBox {
  const [width, height] = size ?? NODE_SIZE;
  return [Math.round(x), Math.round(y), Math.round(width), Math.round(height)];
}
