/** The modules that ship with Patchbay, by name; a document copies them at first use. */
import type { GraphModule } from '../../graph/schema.ts';
import { ClipContrastiveLoss } from './clip-contrastive-loss.ts';
import { CLIPModel } from './clip-model.ts';
import { MultiModalProjector } from './multi-modal-projector.ts';
import { MultiheadAttention } from './multihead-attention.ts';
import { PatchEmbedding } from './patch-embedding.ts';
import { SigLIPLoss } from './siglip-loss.ts';
import { SimpleVisionLanguageModel } from './simple-vision-language-model.ts';
import { TextEncoder } from './text-encoder.ts';
import { TokenMerge } from './token-merge.ts';
import { TransformerDecoder } from './transformer-decoder.ts';
import { TransformerDecoderLayer } from './transformer-decoder-layer.ts';
import { VisionAttention } from './vision-attention.ts';
import { VisionEmbeddings } from './vision-embeddings.ts';
import { VisionMLP } from './vision-mlp.ts';
import { VisionTransformer } from './vision-transformer.ts';
import { VisionTransformerBlock } from './vision-transformer-block.ts';

/** In the order in which the palette shows them: from the pixels up, then text, then both. */
export const MODULES: ReadonlyMap<string, GraphModule> = new Map(
  [
    PatchEmbedding,
    VisionEmbeddings,
    VisionAttention,
    VisionMLP,
    VisionTransformerBlock,
    VisionTransformer,
    TextEncoder,
    MultiheadAttention,
    TransformerDecoderLayer,
    TransformerDecoder,
    MultiModalProjector,
    TokenMerge,
    CLIPModel,
    ClipContrastiveLoss,
    SigLIPLoss,
    SimpleVisionLanguageModel,
  ].map((module) => [module.name, module]),
);
