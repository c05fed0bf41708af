/** Captions come in with pictures: from a file dropped beside them, or with the set of coloured shapes that ships. */
import { addNode, setParam, type Edit } from '../../graph/edits.ts';
import { isInstance, type GraphModule, type GraphNode, type PatchbayDocument } from '../../graph/schema.ts';
import { encodePng } from '../../nodes/png.ts';
import { drawShapePicture, SHAPE_PICTURES } from '../../nodes/shape-pictures.ts';
import { CaptionError, isCaptionFile, readCaptions } from '../../nodes/text/captions.ts';

const TEXT_TYPE = 'token_input';
const CAPTIONS_PARAM = 'captions';
const BATCH_PARAM = 'batch';
/** From an image node to a new token input below it. */
const BELOW = 320;

/** A file as it comes in, as far as its captions are concerned. */
interface TextFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Captions {
  /** By the name of the picture's file. */
  readonly byName: ReadonlyMap<string, string>;
  /** Files of captions that cannot be read, and captions whose picture is not there, in words. */
  readonly faults: readonly string[];
}

/** The captions in those of the files that hold captions, of the others. */
export function captionsAmong(files: readonly TextFile[]): Captions {
  const byName = new Map<string, string>();
  const faults: string[] = [];
  const names = new Set(files.map(({ name }) => name));
  for (const { name, bytes } of files.filter((file) => isCaptionFile(file.name))) {
    try {
      const captions = readCaptions(name, bytes);
      for (const [picture, caption] of captions) byName.set(picture, caption);
      const [stray, ...more] = [...captions.keys()].filter((picture) => !names.has(picture));
      const others = more.length > 0 ? ` and ${more.length} more are` : ' is';
      if (stray !== undefined) faults.push(`${name}: ${stray}${others} not among the files that came with it`);
    } catch (error) {
      if (!(error instanceof CaptionError)) throw error;
      faults.push(error.message);
    }
  }
  return { byName, faults };
}

/**
 * The edits that let a module read the captions of an image node: its only token input takes them, as a batch of as
 * many, or a new one does where `always`. Where there are several token inputs, none is meant.
 */
export function readingCaptions(
  module: string,
  imageId: string | undefined,
  count: number,
  always: boolean,
): readonly ((document: PatchbayDocument) => Edit)[] {
  const nodesOf = (document: PatchbayDocument): readonly GraphNode[] =>
    document.modules.find(({ name }) => name === module)?.nodes ?? [];
  // A new image node is the last.
  const imageOf = (document: PatchbayDocument): GraphNode | undefined =>
    imageId === undefined ? nodesOf(document).at(-1) : nodesOf(document).find(({ id }) => id === imageId);
  const nothing: Edit = { title: '', diff: [] };
  return [
    (document) => {
      const image = imageOf(document);
      const texts = nodesOf(document).filter(isText);
      const [text] = texts;
      if (!image || texts.length > 1) return nothing;
      if (text) return setParam(document, module, text.id, CAPTIONS_PARAM, image.name);
      if (!always) return nothing;
      const [x, y] = image.position;
      const params = { [CAPTIONS_PARAM]: image.name, [BATCH_PARAM]: image.params?.[BATCH_PARAM] ?? count };
      return addNode(document, module, { type: TEXT_TYPE, position: [x, y + BELOW], params });
    },
    (document) => {
      const texts = nodesOf(document).filter(isText);
      const [text] = texts;
      if (!text || texts.length > 1 || typeof text.params?.[BATCH_PARAM] === 'string') return nothing;
      return setParam(document, module, text.id, BATCH_PARAM, count);
    },
  ];
}

function isText(node: GraphModule['nodes'][number]): boolean {
  return !isInstance(node) && node.type === TEXT_TYPE;
}

/** How many of the coloured shapes are put into a document: each with a shape and a colour of its own. */
const SHAPES = 6;
const SHAPE_SIDE = 128;

/** The first pictures of the set of coloured shapes, as files, with their captions. */
export async function shapeFiles(): Promise<
  readonly { readonly name: string; readonly caption: string; readonly bytes: Uint8Array<ArrayBuffer> }[]
> {
  return await Promise.all(
    SHAPE_PICTURES.slice(0, SHAPES).map(async (picture) => ({
      name: picture.name,
      caption: picture.caption,
      bytes: await encodePng(drawShapePicture(picture, SHAPE_SIDE)),
    })),
  );
}
