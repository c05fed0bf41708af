/** Every architecture of Hugging Face's that becomes a graph, one line each. */
import type { Architecture } from './architecture.ts';
import { clip, clipText, clipVision } from './clip.ts';
import { siglip, siglipText, siglipVision } from './siglip.ts';
import { vit } from './vit.ts';

export const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map(
  [vit, clip, clipText, clipVision, siglip, siglipText, siglipVision].map((architecture) => [
    architecture.modelType,
    architecture,
  ]),
);
