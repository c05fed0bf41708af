/** What views of tokens share: which ids stand for patches and for padding, and how many positions are patches. */
import type { InputPort, ParameterDefinition } from '../../graph/signature.ts';

export const TOKEN_KIND_PARAMETERS: readonly ParameterDefinition[] = [
  {
    name: 'image_token_id',
    type: 'int',
    default: -1,
    minimum: -1,
    help: 'The id that stands for a patch; -1: as the token input says that the ids come from.',
  },
  {
    name: 'pad_token_id',
    type: 'int',
    default: -1,
    minimum: -1,
    help: 'The id that fills up a sequence; -1: as the token input says that the ids come from.',
  },
];

export const IMAGE_TOKENS_PARAMETER: ParameterDefinition = {
  name: 'image_tokens',
  type: 'int',
  default: 0,
  minimum: 0,
  help: 'How many positions, from the first, are patches; 0: where input_ids has image tokens, or else all.',
};

export const ATTENTION_INPUT: InputPort = {
  name: 'attention_weights',
  help: 'How much each query attends to each key, per head.',
  shape: '... queries keys',
};

export const INPUT_IDS: InputPort = {
  name: 'input_ids',
  help: 'Token ids of the sequence: they name the positions and tell patches from text.',
  shape: 'batch length',
  dtypes: ['i32'],
  optional: true,
};
