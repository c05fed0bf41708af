/** What hands do with values: parameters, hyperparameters, sizes, presets, seed, layers, captions, weights. */
import {
  addAsset,
  addHyperparameter,
  addPreset,
  changeHyperparameter,
  promotable,
  promoteParameter,
  removeHyperparameter,
  renameHyperparameter,
  setCaption,
  setHyperparameter,
  setParam,
  setPreset,
  setRepeat,
  setSeed,
  setShares,
  setSize,
} from '../../../graph/edits.ts';
import { REPEAT } from '../../../graph/node-rules.ts';
import { isInstance, type GraphNode, type ParameterValue } from '../../../graph/schema.ts';
import { NODES } from '../../../nodes/registry.ts';
import { attemptEdit } from '../../commands/attempt-edit.ts';
import { checkpointOf } from '../checkpoints.ts';
import type { Act, Hand } from './hand.ts';

const NAMES = ['width', 'depth', 'embed_dim', 'batch', '2nd', 'constructor'];

/** A parameter that a node has, by its record or its module. */
function aParameter({ document, some, chance }: Hand, node: GraphNode): string {
  const names = isInstance(node)
    ? document()
        .modules.find(({ name }) => name === node.module)
        ?.hyperparameters.map(({ name }) => name)
    : NODES.get(node.type)?.params.map(({ name }) => name);
  return (chance(0.95) && some(names ?? [])) || 'no_such_parameter';
}

/** What a field could hold: most are numbers that are not large, because all of it is computed. */
function aValue({ below, some, chance, module }: Hand): ParameterValue {
  if (chance(0.6)) return 1 + below(8);
  const names = module().hyperparameters.map(({ name }) => name);
  return some<ParameterValue>([0.5, -1, 1e-6, true, false, 'relu', '2, 4', 'embed_dim // 2', 'wrong (', ...names])!;
}

function anyNode(act: (hand: Hand, node: GraphNode) => void): Act['act'] {
  return (hand) => {
    const node = hand.node();
    if (node) act(hand, node);
  };
}

export const VALUE_ACTS: readonly Act[] = [
  {
    name: 'set a parameter',
    weight: 30,
    act: anyNode((hand, { id }) => {
      const module = hand.module().name;
      const param = aParameter(
        hand,
        hand.module().nodes.find((node) => node.id === id)!,
      );
      const value = hand.chance(0.8) ? aValue(hand) : undefined;
      attemptEdit(hand.app, (document) => setParam(document, module, id, param, value));
    }),
  },
  {
    name: 'scrub a parameter',
    weight: 8,
    act: anyNode((hand, node) => {
      const param = aParameter(hand, node);
      for (let value = 1; value <= 4; value++)
        attemptEdit(hand.app, (document) => setParam(document, hand.module().name, node.id, param, value));
    }),
  },
  {
    name: 'make a hyperparameter of a parameter',
    weight: 6,
    act: anyNode((hand, node) => {
      const param = isInstance(node) && hand.chance(0.3) ? REPEAT : aParameter(hand, node);
      const found = promotable(hand.document(), NODES, node, param);
      const place = found.ok ? hand.some(found.places) : undefined;
      attemptEdit(hand.app, (document) =>
        promoteParameter(document, NODES, hand.module().name, node.id, param, place?.item),
      );
    }),
  },
  {
    name: 'layers',
    weight: 6,
    act: (hand) => {
      const node = hand.some(hand.module().nodes.filter(isInstance));
      const layers = hand.some([undefined, 1, 2, 3, 'depth', 0.5]);
      const copies = hand.chance(0.3);
      if (node) attemptEdit(hand.app, (document) => setRepeat(document, hand.module().name, node.id, layers, copies));
    },
  },
  {
    name: 'share weights',
    weight: 2,
    act: anyNode((hand, { id }) => {
      const paths = [...hand.app.derived.getState().tree.byPath.keys()];
      const path = hand.chance(0.7) ? hand.some(paths) : undefined;
      attemptEdit(hand.app, (document) => setShares(document, hand.module().name, id, path));
    }),
  },
  {
    name: 'set a hyperparameter or size',
    weight: 10,
    act: (hand) => {
      const { app, document, some, below } = hand;
      const main = document().modules.find(({ name }) => name === document().main)!;
      const [rule, size] = [some(main.hyperparameters), some(main.sizes ?? [])];
      if (rule && hand.chance(0.7)) attemptEdit(app, (now) => setHyperparameter(now, rule.name, aValue(hand)));
      else if (size) attemptEdit(app, (now) => setSize(now, size.name, 1 + below(4)));
    },
  },
  {
    name: 'define a hyperparameter',
    weight: 10,
    act: (hand) => {
      const { app, module, some, below } = hand;
      const { name, hyperparameters } = module();
      const rule = some(hyperparameters);
      const wanted = some(NAMES)!;
      const [add, change, rename] = [0, 1, 2];
      const does = below(4);
      if (!rule || does === add)
        attemptEdit(app, (document) => addHyperparameter(document, name, { name: wanted, type: 'int', default: 2 }));
      else if (does === change)
        attemptEdit(app, (document) => changeHyperparameter(document, name, rule.name, { default: aValue(hand) }));
      else if (does === rename)
        attemptEdit(app, (document) => renameHyperparameter(document, NODES, name, rule.name, wanted));
      else attemptEdit(app, (document) => removeHyperparameter(document, NODES, name, rule.name));
    },
  },
  {
    name: 'preset',
    weight: 5,
    act: ({ app, document, some, chance, below }) => {
      const name = chance(0.7) ? some(document().presets)?.name : undefined;
      if (chance(0.6)) attemptEdit(app, (now) => setPreset(now, name));
      else attemptEdit(app, (now) => addPreset(now, `preset ${below(5)}`));
    },
  },
  {
    name: 'seed',
    weight: 4,
    act: ({ app, below }) => void attemptEdit(app, (document) => setSeed(document, below(9))),
  },
  {
    name: 'picture',
    weight: 2,
    act: ({ app, below }) => {
      const digit = below(3);
      const asset = { id: `p${digit}`, name: 'p.png', mime: 'image/png', sha256: `${digit}`.repeat(64), data: 'AAAA' };
      attemptEdit(app, (document) => addAsset(document, asset));
    },
  },
  {
    name: 'caption',
    weight: 3,
    act: ({ app, document, some }) => {
      const asset = some(document().assets);
      if (!asset) return;
      for (const text of some([['a', 'a ', 'a cat'], ['']])!)
        attemptEdit(app, (now) => setCaption(now, asset.id, text));
    },
  },
  {
    name: 'file.load-weights',
    weight: 2,
    act: ({ app, test, below }) => {
      test.pickNext(
        checkpointOf(`${below(3)}.safetensors`, new Map([['w', { shape: [1], data: Float32Array.of(1) }]])),
      );
      app.commands.run('file.load-weights');
    },
  },
  { name: 'file.draw-weights', weight: 2, act: ({ app }) => app.commands.run('file.draw-weights') },
];
