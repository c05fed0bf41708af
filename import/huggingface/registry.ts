/** Every architecture of Hugging Face's that becomes a graph, one line each. */
import type { Architecture } from './architecture.ts';
import { clip } from './clip.ts';
import { siglip } from './siglip.ts';
import { vit } from './vit.ts';

export const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map(
  [vit, clip, siglip].map((architecture) => [architecture.modelType, architecture]),
);
