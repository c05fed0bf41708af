/** What the inputs of a package are read from beside tensors: pictures, text, and the files that a tokenizer needs. */
import { call, float, int, name, string, tuple, binary, type Python } from '../../nodes/python.ts';
import { NODES } from '../../nodes/registry.ts';
import type { PictureOptions } from '../../nodes/pictures.ts';
import type { TokensSpec } from '../../nodes/text/token-rows.ts';
import type { TokenizerSpec } from '../../nodes/text/tokenizers.ts';
import type { Asset } from '../../graph/schema.ts';
import { textFile, type ExportedFile, type ExportSource } from '../target.ts';
import type { Forward } from './forward.ts';
import { PICTURES_FILE } from './pictures-file.ts';
import { TOKENIZER_CLASSES, writeTextsFile, type TokenizerKind } from './texts-file.ts';

export interface InputReaders {
  /** `PictureOptions(…)` by the input's name in the document. */
  readonly pictures: ReadonlyMap<string, Python>;
  /** `TextOptions(…)`. */
  readonly texts: ReadonlyMap<string, Python>;
  /** Classes of tokenizers that stand in them. */
  readonly tokenizers: readonly string[];
  /** Modules that read them, and the tokenizers' files. */
  readonly files: readonly ExportedFile[];
}

export function planReaders({ tree, document }: ExportSource, { inputs }: Forward): InputReaders {
  const pictures = new Map<string, Python>();
  const texts = new Map<string, Python>();
  const tokenizers = new TokenizerFiles(document.assets);
  for (const { port, type } of inputs) {
    const leaf = tree.byPath.get(port);
    const spec = leaf?.kind === 'leaf' && type ? NODES.get(leaf.type)?.source?.(leaf.params, type) : undefined;
    const [batch = 0, tokens = 0] = type?.dims.map(({ size }) => size) ?? [];
    if (spec?.kind === 'pictures') pictures.set(port, pictureOptions(batch, spec.options));
    if (spec?.kind === 'tokens')
      texts.set(port, textOptions(batch, tokens, spec, tokenizers.expression(spec.tokenizer)));
  }
  const modules = [
    ...(pictures.size > 0 ? [textFile('pictures.py', PICTURES_FILE)] : []),
    ...(texts.size > 0 ? [textFile('texts.py', writeTextsFile(tokenizers.kinds))] : []),
  ];
  return {
    pictures,
    texts,
    tokenizers: Array.from(tokenizers.kinds, (kind) => TOKENIZER_CLASSES[kind]),
    files: [...modules, ...tokenizers.files],
  };
}

function pictureOptions(batch: number, options: PictureOptions): Python {
  return call('PictureOptions', [], {
    batch: int(batch),
    channels: int(options.channels),
    height: int(options.height),
    width: int(options.width),
    fit: string(options.fit),
    resample: string(options.filter),
    mean: tuple(...options.mean.map(float)),
    std: tuple(...options.std.map(float)),
  });
}

function textOptions(batch: number, tokens: number, spec: TokensSpec, tokenizer: Python): Python {
  return call('TextOptions', [], {
    tokenizer,
    batch: int(batch),
    length: int(tokens - spec.imageTokens),
    vocab_size: int(spec.vocabSize),
    pad: int(spec.pad),
    pad_token_id: int(spec.padTokenId),
    image_tokens: int(spec.imageTokens),
    image_token_id: int(spec.imageTokenId),
  });
}

/** Files of tokenizers, one for each vocabulary, under names of ours. */
class TokenizerFiles {
  readonly kinds = new Set<TokenizerKind>();
  readonly files: ExportedFile[] = [];
  readonly #names = new Map<string, string>();
  readonly #assets: readonly Asset[];

  constructor(assets: readonly Asset[]) {
    this.#assets = assets;
  }

  /** `WordTokenizer(FOLDER / "words.txt")`. */
  expression(spec: TokenizerSpec): Python {
    this.kinds.add(spec.kind);
    const callee = TOKENIZER_CLASSES[spec.kind];
    switch (spec.kind) {
      case 'bytes':
        return call(callee);
      case 'words': {
        const text = `${spec.words.join('\n')}\n`;
        return call(callee, [this.#pathOf(text, 'words', '.txt', (path) => textFile(path, text))]);
      }
      case 'file': {
        // One that lies beside the document is put there by whoever has it; texts.py asks for it.
        const data = this.#assets.find(({ id }) => id === spec.asset)?.data;
        const file = (path: string): ExportedFile | undefined =>
          data === undefined ? undefined : { path, pieces: [fromBase64(data)] };
        return call(callee, [this.#pathOf(spec.asset, 'tokenizer', '.json', file)]);
      }
      default:
        return spec satisfies never;
    }
  }

  #pathOf(key: string, stem: string, ending: string, write: (path: string) => ExportedFile | undefined): Python {
    const id = `${stem} ${key}`;
    let path = this.#names.get(id);
    if (path === undefined) {
      const same = [...this.#names.values()].filter((known) => known.endsWith(ending)).length;
      path = `${stem}${same === 0 ? '' : `_${same + 1}`}${ending}`;
      this.#names.set(id, path);
      const file = write(path);
      if (file) this.files.push(file);
    }
    return binary('/', name('FOLDER'), string(path));
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
