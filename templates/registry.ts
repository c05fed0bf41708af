/** The graphs that ship with Patchbay. They open as untitled copies. */
import type { PatchbayDocument } from '../graph/schema.ts';
import { readTextAsset } from '../graph/text-asset.ts';

export interface Template {
  /** As the command line has it: `template:vit`. */
  readonly name: string;
  readonly title: string;
  /** One sentence for the gallery. */
  readonly summary: string;
  /** As it stands in the file, which the tests have read. @throws {Error} if the file cannot be had. */
  readonly load: () => Promise<PatchbayDocument>;
}

// `new URL` is written out at each file: that is what the bundler finds it by.
export const TEMPLATES: readonly Template[] = [
  template(
    'vit',
    'Vision Transformer',
    'A picture cut into patches that look at each other: embeddings, attention, a stack of blocks.',
    new URL('./vit.patchbay', import.meta.url),
  ),
  template(
    'patch_embedding',
    'Patch embedding',
    'From pixels to a sequence of vectors, step by step.',
    new URL('./patch_embedding.patchbay', import.meta.url),
  ),
  template(
    'attention',
    'Attention',
    'One attention layer on random vectors, to open and take apart.',
    new URL('./attention.patchbay', import.meta.url),
  ),
  template(
    'clip',
    'CLIP',
    'Pictures and sentences in one space: two encoders, a matrix of similarities, and the losses that teach them.',
    new URL('./clip.patchbay', import.meta.url),
  ),
  template(
    'siglip',
    'SigLIP',
    'One matrix of scores, two losses side by side: which of these, or yes and no.',
    new URL('./siglip.patchbay', import.meta.url),
  ),
  template(
    'zero_shot',
    'Zero-shot classification',
    'Pictures and class names in, ranked classes out, without a classifier.',
    new URL('./zero_shot.patchbay', import.meta.url),
  ),
  template(
    'retrieval',
    'Image-text retrieval',
    'The picture for a sentence, and how often the right one comes first.',
    new URL('./retrieval.patchbay', import.meta.url),
  ),
  template(
    'projector',
    'Projector',
    'The one layer between a vision encoder and a language model.',
    new URL('./projector.patchbay', import.meta.url),
  ),
  template(
    'merge',
    'Token merge',
    'Image features take the places that a text keeps for them.',
    new URL('./merge.patchbay', import.meta.url),
  ),
  template(
    'cross_modal_attention',
    'Cross-modal attention',
    'Who looks at whom in a sequence of patches and words.',
    new URL('./cross_modal_attention.patchbay', import.meta.url),
  ),
  template(
    'vlm',
    'Vision-language model',
    'A picture and a text in one sequence, a decoder that reads both, and words that come out.',
    new URL('./vlm.patchbay', import.meta.url),
  ),
  template('blank', 'Blank', 'An empty canvas.', new URL('./blank.patchbay', import.meta.url)),
];

function template(name: string, title: string, summary: string, url: URL): Template {
  return { name, title, summary, load: async () => JSON.parse(await readTextAsset(url)) as PatchbayDocument };
}
