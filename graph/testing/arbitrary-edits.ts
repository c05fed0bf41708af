/** Random edits of a document, for property tests: each is made from the document as it is by then. */
import fc from 'fast-check';
import {
  addAsset,
  addInstance,
  addNode,
  addNote,
  addPreset,
  addReroute,
  combine,
  connect,
  copySelection,
  disconnect,
  moveNodes,
  paste,
  removeAsset,
  removeNodes,
  removePreset,
  removeReroutes,
  renameNode,
  resizeNode,
  setHyperparameter,
  setParam,
  setPreset,
  setRepeat,
  setSeed,
  setShares,
  setSize,
  uniqueName,
  type Edit,
} from '../edits.ts';
import { namespaceOf } from '../ports.ts';
import { isInstance, type GraphModule, type PatchbayDocument } from '../schema.ts';
import { BLOCK } from './documents.ts';
import { picks, some, type Pick } from './picks.ts';

/** Makes an edit of the document; null where there is nothing for it to act on. */
export type Maker = (document: PatchbayDocument) => Edit | null;

const name = fc.constantFrom('linear', 'x', 'y_1', '0', 'attention', 'constructor', 'toString', 'hidden_states');
const value = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string(),
  fc.constant('embed_dim // 2'),
);
const coordinate = fc.oneof(
  fc.integer({ min: -2000, max: 2000 }),
  fc.constant(-0),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
);
const point = fc.tuple(coordinate, coordinate);

/** An edit of a picked node. */
function ofNode(
  make: (document: PatchbayDocument, module: GraphModule, id: string, pick: Pick) => Edit | null,
): fc.Arbitrary<Maker> {
  return picks.map((pick) => (document) => {
    const module = some(document.modules, pick)!;
    const node = some(module.nodes, pick);
    return node ? make(document, module, node.id, pick) : null;
  });
}

const chained = <T>(arbitrary: fc.Arbitrary<T>, make: (given: T) => fc.Arbitrary<Maker>): fc.Arbitrary<Maker> =>
  arbitrary.chain(make);

const added = fc.tuple(name, point, fc.constantFrom('linear', 'add', 'input', 'output', 'no_such_type'), picks).map(
  ([wanted, position, type, pick]): Maker =>
    (document) =>
      addNode(document, some(document.modules, pick)!.name, {
        type,
        name: wanted,
        position,
        params: { in_features: 3 },
      }),
);

const SHIPPED: ReadonlyMap<string, GraphModule> = new Map([
  [
    'Outer',
    {
      name: 'Outer',
      hyperparameters: [],
      nodes: [{ id: 'b', name: 'b', module: 'Inner', position: [0, 0] }],
      edges: [],
    },
  ],
  ['Inner', { ...BLOCK, name: 'Inner', origin: { library: 'test', name: 'Inner', version: 1 } }],
]);

const instantiated = fc
  .tuple(point, fc.constantFrom('Outer', 'Inner'), picks)
  .map(([position, instanceOf, pick]): Maker => (document) => {
    const { name: into } = some(document.modules, pick)!;
    return into === 'Outer' || into === 'Inner' ? null : addInstance(document, into, { instanceOf, position }, SHIPPED);
  });

const connected = ofNode((document, module, id, pick) => {
  const other = some(module.nodes, pick)!;
  return connect(document, module.name, [id, 'output'], [other.id, some(['input', 'a', 'b', 'hidden_states'], pick)!]);
});

const disconnected = ofNode((document, module, _id, pick) => {
  const edge = some(module.edges, pick);
  return edge ? disconnect(document, module.name, edge.to, edge.from) : null;
});

const led = chained(point, (at) =>
  ofNode((document, module, _id, pick) => {
    const edge = some(module.edges, pick);
    if (!edge) return null;
    const { reroutes = [] } = edge;
    return pick(3) === 0 && reroutes.length > 0
      ? removeReroutes(document, module.name, [{ wire: edge, index: pick(reroutes.length) }])
      : addReroute(document, module.name, { wire: edge, index: pick(reroutes.length + 1) }, at);
  }),
);

const removed = ofNode((document, module, id, pick) =>
  removeNodes(document, module.name, [...new Set([id, some(module.nodes, pick)!.id])]),
);

const renamed = chained(name, (wanted) =>
  ofNode((document, module, id) => {
    const node = module.nodes.find((one) => one.id === id)!;
    const free = node.name === wanted ? wanted : uniqueName(module, wanted, namespaceOf(node));
    return renameNode(document, module.name, id, free);
  }),
);

const parameterised = chained(fc.tuple(name, fc.option(value, { nil: undefined })), ([param, given]) =>
  ofNode((document, module, id) => setParam(document, module.name, id, param, given)),
);

const moved = chained(fc.tuple(point, point), ([to, extent]) =>
  ofNode((document, module, id, pick) =>
    pick(2) === 0
      ? moveNodes(document, module.name, new Map([[id, to]]), 'drag')
      : resizeNode(document, module.name, id, pick(2) === 0 ? extent : undefined),
  ),
);

const repeated = chained(fc.option(fc.oneof(fc.nat(5), fc.constant('depth')), { nil: undefined }), (repeat) =>
  ofNode((document, module, _id, pick) => {
    const node = some(module.nodes.filter(isInstance), pick);
    return node ? setRepeat(document, module.name, node.id, repeat, pick(2) === 0) : null;
  }),
);

const shared = ofNode((document, module, id, pick) =>
  setShares(document, module.name, id, some([undefined, 'blocks.0', 'blocks.0.fc1', 'norm', 'nowhere'], pick)),
);

const ofRoot = fc.tuple(picks, fc.nat(9)).map(([pick, number]): Maker => (document) => {
  const main = document.modules.find((module) => module.name === document.main)!;
  const preset = some(document.presets, pick)?.name;
  const asset = {
    id: `picture${number}`,
    name: 'p.png',
    mime: 'image/png',
    sha256: String(number).repeat(64),
    data: 'AAAA',
  };
  const free = `preset ${number}`;
  const choices: (() => Edit | null)[] = [
    () => setSeed(document, number),
    () =>
      main.hyperparameters.length ? setHyperparameter(document, some(main.hyperparameters, pick)!.name, number) : null,
    () => (main.sizes?.length ? setSize(document, some(main.sizes, pick)!.name, number) : null),
    () => setPreset(document, preset),
    () => setPreset(document, undefined),
    () => (document.presets.some((one) => one.name === free) ? null : addPreset(document, free)),
    () => (preset === undefined ? null : removePreset(document, preset)),
    () => addAsset(document, asset),
    () => removeAsset(document, asset.id),
  ];
  return some(choices, pick)!();
});

const pasted = chained(point, (at) =>
  ofNode((document, module, id, pick) => {
    const ids = [...new Set([id, some(module.nodes, pick)!.id, some(module.nodes, pick)!.id])];
    const notes = (module.notes ?? []).map((note) => ({ kind: 'note', id: note.id }) as const);
    return paste(document, module.name, copySelection(document, module.name, ids, notes), at);
  }),
);

const noted = chained(fc.tuple(point, fc.string()), ([position, text]) =>
  ofNode((document, module) => addNote(document, module.name, { text, position, size: [240, 110] }).edit),
);

const SINGLE: fc.Arbitrary<Maker> = fc.oneof(
  added,
  instantiated,
  connected,
  disconnected,
  led,
  noted,
  removed,
  renamed,
  parameterised,
  moved,
  repeated,
  shared,
  ofRoot,
  pasted,
);

const none = (document: PatchbayDocument): Edit => combine(document, 'Nothing', []);

const combined = fc.array(SINGLE, { maxLength: 3 }).map(
  (makers): Maker =>
    (document) =>
      combine(
        document,
        'Several',
        makers.map((make) => (current) => make(current) ?? none(current)),
      ),
);

export const makers: fc.Arbitrary<Maker[]> = fc.array(
  fc.oneof({ weight: 8, arbitrary: SINGLE }, { weight: 1, arbitrary: combined }),
  {
    minLength: 1,
    maxLength: 25,
  },
);

/** Makes and applies edits in turn. */
export function madeFrom(
  document: PatchbayDocument,
  list: readonly Maker[],
  applyEdit: (document: PatchbayDocument, edit: Edit) => PatchbayDocument,
): { readonly edits: Edit[]; readonly document: PatchbayDocument } {
  const edits: Edit[] = [];
  let current = document;
  for (const make of list) {
    const edit = make(current);
    if (!edit) continue;
    edits.push(edit);
    current = applyEdit(current, edit);
  }
  return { edits, document: current };
}
