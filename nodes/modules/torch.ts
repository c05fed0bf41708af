/**
 * Shipped modules that PyTorch has a class for, or that have a name of their own there. A class stands for a module
 * only while the document's copy of it, and of what it is made of, computes what the shipped one does.
 */
import { bool, call, int, method, unary, type Python } from '../python.ts';
import type { TorchOutputs } from '../torch.ts';

export interface ModuleCall {
  readonly layer: Python;
  readonly input: (name: string) => Python | undefined;
  /** Whether any instance's output of this name is read. */
  readonly used: (output: string) => boolean;
}

export interface ModuleSpelling {
  /** Outputs that PyTorch's class has; where another is read, the module is written out. */
  readonly outputs: readonly string[];
  /** Ranks that it wants of inputs, where they are wired. */
  readonly ranks?: Readonly<Record<string, number>>;
  /** @param written undefined where the document leaves a hyperparameter at its default, which is PyTorch's. */
  readonly layer: (param: (name: string) => Python, written: (name: string) => Python | undefined) => Python;
  readonly forward: (call: ModuleCall) => TorchOutputs;
}

export const MODULE_SPELLINGS: ReadonlyMap<string, ModuleSpelling> = new Map<string, ModuleSpelling>([
  [
    'MultiheadAttention',
    {
      outputs: ['attn_output', 'attn_output_weights', 'attention_weights'],
      ranks: { attn_mask: 2 },
      layer: (param, written) =>
        call('nn.MultiheadAttention', [param('embed_dim'), param('num_heads')], {
          dropout: written('dropout'),
          batch_first: bool(true),
        }),
      forward: writeAttention,
    },
  ],
  [
    'TransformerDecoderLayer',
    {
      outputs: ['tgt'],
      ranks: { tgt_mask: 2 },
      layer: decoderLayer,
      forward: (context) => writeDecoder(context, 'tgt'),
    },
  ],
  [
    'TransformerDecoder',
    {
      outputs: ['hidden_states'],
      ranks: { tgt_mask: 2 },
      layer: (param, written) =>
        call('nn.TransformerDecoder', [decoderLayer(param, written)], { num_layers: param('num_layers') }),
      forward: (context) => writeDecoder(context, 'hidden_states'),
    },
  ],
]);

/** Functions whose name snake case would not find. */
export const FUNCTION_NAMES: ReadonlyMap<string, string> = new Map([['SigLIPLoss', 'siglip_loss']]);

function decoderLayer(param: (name: string) => Python, written: (name: string) => Python | undefined): Python {
  return call('nn.TransformerDecoderLayer', [param('d_model'), param('nhead')], {
    dim_feedforward: param('dim_feedforward'),
    dropout: written('dropout'),
    batch_first: bool(true),
  });
}

/** PyTorch's masks say who may not look. */
function shutOut(mask: Python | undefined): Python | undefined {
  return mask && unary('~', mask);
}

function writeDecoder({ layer, input }: ModuleCall, output: string): TorchOutputs {
  const value = call(layer, [input('tgt')!, input('memory')!], { tgt_mask: shutOut(input('tgt_mask')) });
  return { kind: 'values', values: { [output]: value } };
}

/** Heads apart or averaged, as somebody reads them; where both are, the average is taken of the heads. */
function writeAttention({ layer, input, used }: ModuleCall): TorchOutputs {
  const [perHead, averaged] = [used('attention_weights'), used('attn_output_weights')];
  const from = call(layer, [input('query')!, input('key')!, input('value')!], {
    attn_mask: shutOut(input('attn_mask')),
    need_weights: perHead || averaged ? undefined : bool(false),
    average_attn_weights: perHead ? bool(false) : undefined,
  });
  if (!perHead) return { kind: 'unpack', from, into: ['attn_output', averaged ? 'attn_output_weights' : null] };
  return {
    kind: 'unpack',
    from,
    into: ['attn_output', 'attention_weights'],
    ...(averaged && {
      derived: {
        attn_output_weights: { of: 'attention_weights', value: (heads) => method(heads, 'mean', [], { dim: int(1) }) },
      },
    }),
  };
}
