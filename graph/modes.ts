/**
 * What a node's mode means, said once: `elaborate` and every exporter work on the document that this gives.
 *
 * A muted node is not called, and neither is what depends on it: nodes that it feeds, outputs of modules behind it, and
 * what reads these. A bypassed node is not called either; each of its outputs hands through its first compatible input:
 * the one of the output's name, or else the first that is wired, carries the output's element type and is not handed
 * through already. An output that has none, as the weights of a bypassed attention, is as if the node were muted. Shapes,
 * values and exported code follow from the wires that are left.
 *
 * Such nodes stay in their module all the same, as a layer stays in `__init__` whose call is left out of `forward`: they
 * keep their place in the order of drawing, so that a mode changes no other weight, and checkpoints keep their keys.
 */
import { closureOf, finder } from './modules.ts';
import { inputSpec, INPUT_NODE_PORT, isInput, isOutput, OUTPUT_NODE_PORT } from './ports.ts';
import { portNames } from './module-index.ts';
import { without } from './records.ts';
import { isInstance, type Edge, type GraphModule, type GraphNode, type PatchbayDocument } from './schema.ts';
import type { NodeLibrary, PortDType } from './signature.ts';

export interface Called {
  /** The document with the wires that hold: none at nodes that are not called, and no outputs that nothing feeds then. */
  readonly document: PatchbayDocument;
  /** By module: ids of its nodes that are not called. */
  readonly idle: ReadonlyMap<string, ReadonlySet<string>>;
}

type End = Edge['from'];

/** Which of the nodes are called, and with what. A document without modes is given back as it is. */
export function applyModes(document: PatchbayDocument, library: NodeLibrary): Called {
  const idle = new Map<string, ReadonlySet<string>>();
  if (withoutModes(document) === document) return { document, idle };
  const find = finder(document);
  const results = new Map<string, GraphModule>();
  /** Names of the outputs that a module loses. */
  const lost = new Map<string, ReadonlySet<string>>();
  // Callees first: what a module loses decides what its callers can call.
  for (const module of closureOf(
    document.modules.map(({ name }) => name),
    find,
  )) {
    const called = calledIn(module, { library, find, lost });
    results.set(module.name, called.module);
    if (called.idle.size > 0) idle.set(module.name, called.idle);
    lost.set(module.name, called.lost);
  }
  return { document: { ...document, modules: document.modules.map(({ name }) => results.get(name)!) }, idle };
}

/** The document with every node called; the same one where all are. */
export function withoutModes(document: PatchbayDocument): PatchbayDocument {
  const modules = document.modules.map((module) => {
    if (module.nodes.every(({ mode }) => mode === undefined)) return module;
    return { ...module, nodes: module.nodes.map((node) => without(node, 'mode')) };
  });
  return modules.every((module, index) => module === document.modules[index]) ? document : { ...document, modules };
}

interface Around {
  readonly library: NodeLibrary;
  readonly find: (name: string) => GraphModule | undefined;
  readonly lost: ReadonlyMap<string, ReadonlySet<string>>;
}

interface CalledModule {
  readonly module: GraphModule;
  readonly idle: ReadonlySet<string>;
  readonly lost: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

function calledIn(module: GraphModule, around: Around): CalledModule {
  const nodes = new Map(module.nodes.map((node) => [node.id, node]));
  const through = createPassThrough(module, around, nodes);
  const idle = new Set(module.nodes.filter(({ mode }) => mode !== undefined).map(({ id }) => id));
  const gone = (end: End): boolean => idle.has(end[0]) || losesOutput(nodes.get(end[0]), end[1], around);
  for (const node of module.nodes) if (losesCarried(node, around)) idle.add(node.id);
  if (idle.size === 0 && !module.nodes.some((node) => isInstance(node) && around.lost.get(node.module)?.size))
    return { module, idle: NONE, lost: NONE };

  // Wires with bypassed nodes taken out of them; null where nothing comes through.
  const sources = module.edges.map((edge) => ({ edge, from: through(edge.from) }));
  const readers = Map.groupBy(sources, ({ from }) => from?.[0]);
  const pending: string[] = [];
  const stop = (id: string): void => {
    if (idle.has(id) || !nodes.has(id)) return;
    idle.add(id);
    pending.push(id);
  };
  for (const { edge, from } of sources) if (from === null || gone(from)) stop(edge.to[0]);
  for (let id = pending.pop(); id !== undefined; id = pending.pop())
    for (const { edge } of readers.get(id) ?? []) stop(edge.to[0]);
  const lost = new Set(module.nodes.filter((node) => isOutput(node) && idle.has(node.id)).map(({ name }) => name));
  return {
    module: {
      ...module,
      nodes: module.nodes.filter((node) => !(isOutput(node) && idle.has(node.id))),
      edges: sources.flatMap(({ edge, from }) => {
        if (from === null || idle.has(edge.to[0])) return [];
        return from === edge.from ? [edge] : [{ ...edge, from }];
      }),
    },
    idle,
    lost,
  };
}

function losesOutput(node: GraphNode | undefined, port: string, { lost }: Around): boolean {
  return node !== undefined && isInstance(node) && (lost.get(node.module)?.has(port) ?? false);
}

/** A stack that can no longer carry something from layer to layer has no second layer, so that none of it is called. */
function losesCarried(node: GraphNode, { find, lost }: Around): boolean {
  if (!isInstance(node) || node.repeat === undefined) return false;
  const outputs = lost.get(node.module);
  return outputs !== undefined && (find(node.module)?.nodes ?? []).some((one) => isInput(one) && outputs.has(one.name));
}

/** Where values come from with the bypassed nodes on the way taken out; null where one hands nothing through. */
function createPassThrough(
  module: GraphModule,
  around: Around,
  nodes: ReadonlyMap<string, GraphNode>,
): (start: End) => End | null {
  const handed = new Map<string, ReadonlyMap<string, End>>();
  return (start) => {
    const passed = new Set<string>();
    let end = start;
    for (;;) {
      const node = nodes.get(end[0]);
      if (node?.mode !== 'bypass') return end;
      // Bypassed nodes in a ring hand each other nothing.
      if (passed.has(node.id)) return null;
      passed.add(node.id);
      const through = handed.get(node.id) ?? handedThrough(module, around, node);
      handed.set(node.id, through);
      const next = through.get(end[1]);
      if (!next) return null;
      end = next;
    }
  };
}

/** By output of a bypassed node, the source of the input that it hands through. */
function handedThrough(module: GraphModule, around: Around, node: GraphNode): ReadonlyMap<string, End> {
  const through = new Map<string, End>();
  const ports = portNames(node, around.find, around.library);
  if (!ports) return through;
  const wired = module.edges.filter(({ to: [id, name] }) => id === node.id && ports.inputs.includes(name));
  const free = new Map(
    wired
      .toSorted((a, b) => ports.inputs.indexOf(a.to[1]) - ports.inputs.indexOf(b.to[1]))
      .map(({ from, to }) => [to[1], from]),
  );
  const hand = (output: string, input: string, from: End): void => {
    through.set(output, from);
    free.delete(input);
  };
  for (const output of ports.outputs) {
    const from = free.get(output);
    if (from) hand(output, output, from);
  }
  for (const output of ports.outputs) {
    if (through.has(output)) continue;
    const type = elementType(module, around, [node.id, output], NONE);
    const found = [...free].find(([, from]) => type === null || elementType(module, around, from, NONE) === type);
    if (found) hand(output, ...found);
  }
  return through;
}

/** The element type that an output has by its record; null where nothing says so. */
function elementType(
  module: GraphModule,
  around: Around,
  [nodeId, port]: End,
  seen: ReadonlySet<string>,
): PortDType | null {
  const place = `${module.name} ${nodeId} ${port}`;
  const node = module.nodes.find(({ id }) => id === nodeId);
  if (!node || seen.has(place)) return null;
  const further = new Set([...seen, place]);
  const behind = (owner: GraphModule, to: End): PortDType | null => {
    const wire = owner.edges.find((edge) => key(edge.to) === key(to));
    return wire ? elementType(owner, around, wire.from, further) : null;
  };
  if (isInstance(node)) {
    const callee = around.find(node.module);
    const output = callee?.nodes.find((one) => isOutput(one) && one.name === port);
    return callee && output ? behind(callee, [output.id, OUTPUT_NODE_PORT]) : null;
  }
  if (isInput(node)) return port === INPUT_NODE_PORT ? inputSpec(node, around.library).dtype : null;
  const signature = around.library.get(node.type);
  const declared = signature?.outputs.find(({ name }) => name === port);
  if (!signature || !declared) return null;
  if (declared.dtype) return declared.dtype;
  // As a record that says nothing is read: as the first connected input, or f32.
  const first = signature.inputs.find(({ name }) => module.edges.some((edge) => key(edge.to) === key([nodeId, name])));
  return first ? behind(module, [nodeId, first.name]) : 'f32';
}

function key([nodeId, port]: End): string {
  return `${nodeId}\n${port}`;
}
