/** The modules that ship with Patchbay, by name; a document copies them at first use. */
import type { GraphModule } from '../../graph/schema.ts';
import { PatchEmbedding } from './patch-embedding.ts';
import { VisionAttention } from './vision-attention.ts';
import { VisionEmbeddings } from './vision-embeddings.ts';
import { VisionMLP } from './vision-mlp.ts';
import { VisionTransformerBlock } from './vision-transformer-block.ts';
import { VisionTransformer } from './vision-transformer.ts';

/** In the order in which the palette shows them: from the pixels up. */
export const MODULES: ReadonlyMap<string, GraphModule> = new Map(
  [PatchEmbedding, VisionEmbeddings, VisionAttention, VisionMLP, VisionTransformerBlock, VisionTransformer].map(
    (module) => [module.name, module],
  ),
);
