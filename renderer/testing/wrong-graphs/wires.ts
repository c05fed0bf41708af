/** Graphs whose wires, names and sources are wrong. */

import { templateDocument } from '../../../nodes/testing/graphs.ts';
import { documentOf, edited, graphOf, moduleOf, OUT, tensor, wired, withParam, type WrongGraph } from './making.ts';

export const WRONG_WIRES: readonly WrongGraph[] = [
  {
    title: 'a cycle of two additions',
    make: () =>
      graphOf({ x: tensor('2, 128'), first: ['add'], second: ['add'], y_out: OUT }, [
        'x.output > first.a',
        'second.output > first.b',
        'first.output > second.a',
        'second.output > y_out.input',
      ]),
    at: 'Main/first',
    says: 'these nodes form a cycle: first → second → first',
    fix: 'Remove the wire that closes it',
  },
  {
    title: 'a cycle through a module',
    make: async () => edited(await templateDocument('vit'), wired('ViT', 'norm.output > blocks.hidden_states')),
    at: 'ViT/blocks',
    says: 'these nodes form a cycle: blocks → norm → blocks',
    fix: null,
  },
  {
    title: 'a node that feeds itself',
    make: () =>
      graphOf({ x: tensor('2, 128'), sum: ['add'], y_out: OUT }, [
        'x.output > sum.a',
        'sum.output > sum.b',
        'sum.output > y_out.input',
      ]),
    at: 'Main/sum',
    says: 'these nodes form a cycle: sum → sum',
    fix: 'Remove the wire that closes it',
  },
  {
    title: 'a type of node that is misspelt',
    make: () =>
      graphOf({ x: tensor('2, 128'), proj: ['linaer'], y_out: OUT }, [
        'x.output > proj.input',
        'proj.output > y_out.input',
      ]),
    at: 'Main/proj',
    says: 'node type "linaer" is not known; did you mean linear?',
    fix: 'Make it linear',
  },
  {
    title: 'a module that is missing',
    make: async () => {
      const document = await templateDocument('vit');
      return { ...document, modules: document.modules.filter(({ name }) => name !== 'VisionMLP') };
    },
    at: 'VisionTransformerBlock/mlp',
    says: 'module "VisionMLP" is not in the document',
    fix: 'Add VisionMLP from the library',
  },
  {
    title: 'a module whose name is misspelt',
    make: () =>
      documentOf(
        moduleOf('Main', { x: tensor('2, 128'), block: ['Blok'], y_out: OUT }, [
          'x.output > block.hidden',
          'block.score > y_out.input',
        ]),
        moduleOf('Block', { hidden: ['input', { shape: '...' }], act: ['relu'], score_out: OUT }, [
          'hidden.output > act.input',
          'act.output > score_out.input',
        ]),
      ),
    at: 'Main/block',
    says: 'module "Blok" is not in the document; did you mean Block?',
    fix: 'Make it Block',
  },
  {
    title: 'a module that contains itself',
    make: () =>
      documentOf(
        moduleOf('Main', { x: tensor('2, 128'), block: ['Block'], y_out: OUT }, [
          'x.output > block.hidden',
          'block.score > y_out.input',
        ]),
        moduleOf('Block', { hidden: ['input', { shape: '...' }], act: ['relu'], inner: ['Block'], score_out: OUT }, [
          'hidden.output > act.input',
          'act.output > score_out.input',
        ]),
      ),
    at: 'Block/inner',
    says: 'a module cannot contain itself: Block → Block',
    fix: 'Delete inner',
  },
  {
    title: 'two outputs of one name',
    make: () => {
      const document = graphOf(
        { x: tensor('2, 128'), act: ['relu'], y_out: OUT, other_out: ['output', {}, { name: 'y' }] },
        ['x.output > act.input', 'act.output > y_out.input', 'x.output > other_out.input'],
      );
      return document;
    },
    at: 'Main/other_out',
    says: 'two nodes of Main are named "y"',
    fix: 'Rename to y_1',
  },
  {
    title: 'two nodes of one name',
    make: () =>
      graphOf({ x: tensor('2, 128'), act: ['relu'], other: ['tanh', {}, { name: 'act' }], y_out: OUT }, [
        'x.output > act.input',
        'act.output > other.input',
        'other.output > y_out.input',
      ]),
    at: 'Main/other',
    says: 'two nodes of Main are named "act"',
    fix: 'Rename to act_1',
  },
  {
    title: 'a wire from an output that does not exist',
    make: () =>
      graphOf({ x: tensor('2, 128'), act: ['relu'], y_out: OUT }, ['x.output > act.input', 'act.result > y_out.input']),
    at: 'Main/y_out input input',
    says: 'a wire comes from output "result" of act, which does not exist; there is output',
    fix: 'Wire it from output',
  },
  {
    title: 'a wire to an input that does not exist',
    make: () =>
      graphOf({ x: tensor('2, 128'), act: ['relu'], y_out: OUT }, ['x.output > act.inptu', 'act.output > y_out.input']),
    at: 'Main/act input inptu',
    says: 'a wire leads to input "inptu" of act, which does not exist; the nearest is input',
    fix: 'Wire it to input',
  },
  {
    title: 'two wires into one input',
    make: () =>
      graphOf({ x: tensor('2, 128'), other: tensor('2, 128'), act: ['relu'], y_out: OUT }, [
        'x.output > act.input',
        'other.output > act.input',
        'act.output > y_out.input',
      ]),
    at: 'Main/act input input',
    says: 'input "input" has two wires; the first counts',
    fix: 'Remove the wire',
  },
  {
    title: 'a wire from a node that does not exist',
    make: () =>
      graphOf({ x: tensor('2, 128'), sum: ['add'], y_out: OUT }, [
        'x.output > sum.a',
        'gone.output > sum.b',
        'sum.output > y_out.input',
      ]),
    at: 'Main/sum input b',
    says: 'a wire comes from node "gone", which does not exist',
    fix: 'Remove the wire',
  },
  {
    title: 'an input of the model whose size nothing says',
    make: () =>
      graphOf({ x: ['input', { shape: 'batch 128' }], act: ['relu'], y_out: OUT }, [
        'x.output > act.input',
        'act.output > y_out.input',
      ]),
    at: 'Main/x shape',
    says: 'input x has no shape before something is bound to it: nothing says how large batch is in `batch 128`',
    fix: 'Write 1 128',
  },
  {
    title: 'a shape that cannot be read',
    make: () =>
      graphOf({ x: ['input', { shape: '2 x; 128' }], act: ['relu'], y_out: OUT }, [
        'x.output > act.input',
        'act.output > y_out.input',
      ]),
    at: 'Main/x shape',
    says: 'the shape `2 x; 128` cannot be read: ";" cannot stand in a shape (at 3)',
    fix: null,
  },
  {
    title: 'a preset that does not exist',
    make: async () => ({ ...(await templateDocument('vit')), preset: 'notebok' }),
    at: '',
    says: 'the active preset "notebok" does not exist; did you mean notebook? Defaults are used',
    fix: 'Use preset notebook',
  },
  {
    title: 'a vocabulary that is exceeded by a word',
    make: () =>
      graphOf({ ids: ['token_input', { vocab_size: 4, image_token_id: 3 }], table: ['embedding'], y_out: OUT }, [
        'ids.ids > table.ids',
        'table.output > y_out.input',
      ]),
    at: 'Main/ids vocab_size',
    says: '"photo" in the text is token 19, but ids must be below vocab_size 4',
    fix: 'Reset vocab_size to its default',
  },
  {
    title: 'a table with fewer rows than there are ids',
    make: async () => edited(await templateDocument('vlm'), withParam('VLM', 'text_embeddings', 'num_embeddings', 50)),
    at: 'VLM/text_embeddings input ids',
    says: 'input_ids goes up to id 98, but ids must be below num_embeddings 50',
    fix: 'Set num_embeddings to 99',
  },
  {
    title: 'text that is longer than the sequence',
    make: () =>
      graphOf({ ids: ['token_input', { length: 3 }], table: ['embedding'], y_out: OUT }, [
        'ids.ids > table.ids',
        'table.output > y_out.input',
      ]),
    at: 'Main/ids length',
    says: 'the text has 6 tokens, but length is 3',
    fix: 'Reset length to its default',
  },
  {
    title: 'a picture that is not in the document',
    make: () =>
      graphOf({ pixels: ['image_input', { images: 'nowhere' }], y_out: OUT }, ['pixels.output > y_out.input']),
    at: 'Main/pixels images',
    says: 'the picture "nowhere" is not in the document',
    fix: null,
  },
  {
    title: 'a requirement between hyperparameters that does not hold',
    make: () =>
      documentOf(
        moduleOf('Main', { x: tensor('2, 128'), block: ['Block', { size: 64 }], y_out: OUT }, [
          'x.output > block.hidden',
          'block.score > y_out.input',
        ]),
        moduleOf(
          'Block',
          { hidden: ['input', { shape: '...' }], act: ['relu'], score_out: OUT },
          ['hidden.output > act.input', 'act.output > score_out.input'],
          {
            hyperparameters: [
              { name: 'size', type: 'int', default: 16 },
              { name: 'limit', type: 'int', default: 32 },
            ],
            requires: [{ expression: 'size <= limit' }],
          },
        ),
      ),
    at: 'Main/block',
    says: 'block.size <= limit does not hold: size is 64, limit is 32',
    fix: null,
  },
];
