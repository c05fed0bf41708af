/** texts.py: text as ids, as nodes/text makes them; only the tokenizers that a package needs stand in it. */
import type { TokenizerSpec } from '../../nodes/text/tokenizers.ts';

export type TokenizerKind = TokenizerSpec['kind'];

/** What each kind is called in Python. */
export const TOKENIZER_CLASSES: Readonly<Record<TokenizerKind, string>> = {
  bytes: 'ByteTokenizer',
  words: 'WordTokenizer',
  file: 'FileTokenizer',
};

export function writeTextsFile(kinds: ReadonlySet<TokenizerKind>): string {
  const imports = kinds.has('words') ? 'import re\nimport unicodedata\n' : '';
  const classes = Object.entries(CLASSES).flatMap(([kind, source]) => (kinds.has(kind as TokenizerKind) ? source : []));
  return `\
"""Text as the model reads it: lines become rows of token ids, as in Patchbay."""

from __future__ import annotations

${imports}from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor


${classes.join('\n\n')}

@dataclass(frozen=True)
class TextOptions:
    """How lines become rows: image tokens, the ids of the text, then padding.

    Args:
        tokenizer: Has \`encode\` and \`decode\`.
        batch: Lines take its places in turn.
        length: Text tokens of a row, image tokens not counted.
        vocab_size: Every id is below it.
        pad: Places at the end that no text takes.
        pad_token_id: Fills up what the text leaves free.
        image_tokens: How many image tokens stand before the text.
        image_token_id: The id that stands for a patch.
    """

    tokenizer: ${Array.from(kinds, (kind) => TOKENIZER_CLASSES[kind]).join(' | ')}
    batch: int
    length: int
    vocab_size: int
    pad: int
    pad_token_id: int
    image_tokens: int
    image_token_id: int


def read_rows(path: str | Path, options: TextOptions) -> list[list[int]]:
    """A row of ids for each line of a text file, without padding.

    Raises:
        ValueError: A line has no ids, too many, or one that the model does not know.
    """
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    if not lines:
        raise ValueError(f"{path} is empty")
    return [encode_line(line, options) for line in lines]


def encode_line(line: str, options: TextOptions) -> list[int]:
    ids = options.tokenizer.encode(line)
    if not ids:
        raise ValueError("a line is empty")
    if len(ids) > options.length - options.pad:
        most = options.length - options.pad
        raise ValueError(f"{line!r} has {len(ids)} tokens, and {most} fit")
    if max(ids) >= options.vocab_size:
        raise ValueError(f"{line!r} has token {max(ids)}, beyond the vocabulary")
    if options.image_tokens > 0 and options.image_token_id in ids:
        raise ValueError(f"{line!r} has the token that stands for the image")
    return [options.image_token_id] * options.image_tokens + ids


def fill_batch(rows: list[list[int]], options: TextOptions) -> Tensor:
    """Rows in turn over the places of the batch, padded: [batch, tokens]."""
    size = (options.batch, options.image_tokens + options.length)
    ids = torch.full(size, options.pad_token_id)
    for place in range(options.batch):
        row = rows[place % len(rows)]
        ids[place, : len(row)] = torch.tensor(row)
    return ids


def stack_rows(rows: list[list[int]], options: TextOptions) -> Tensor:
    """Rows in turn over the places of the batch, as they are: [batch, tokens].

    Raises:
        ValueError: They are not equally long.
    """
    if len({len(row) for row in rows}) > 1:
        raise ValueError("sequences that grow together must begin equally long")
    return torch.tensor([rows[i % len(rows)] for i in range(options.batch)])
`;
}

const CLASSES: Readonly<Record<TokenizerKind, string>> = {
  bytes: `\
class ByteTokenizer:
    """UTF-8: the id is the byte."""

    def encode(self, text: str) -> list[int]:
        return list(text.encode())

    def decode(self, ids: list[int]) -> str:
        """Ids that are no byte stand as <id>."""
        pieces = (bytes([i]) if i < 256 else f"<{i}>".encode() for i in ids)
        return b"".join(pieces).decode(errors="replace")
`,
  words: `\
class WordTokenizer:
    """Words of a list, one a line, whose ids count from 1."""

    def __init__(self, path: str | Path) -> None:
        self.words = Path(path).read_text(encoding="utf-8").split()
        self.ids = {word: index for index, word in enumerate(self.words, 1)}

    def encode(self, text: str) -> list[int]:
        words = split_words(text)
        unknown = [word for word in words if word not in self.ids]
        if unknown:
            raise ValueError(f"there is no token for {unknown[0]!r} in {text!r}")
        return [self.ids[word] for word in words]

    def decode(self, ids: list[int]) -> str:
        """Ids that are no word stand as <id>."""
        text = ""
        for i in ids:
            word = self.words[i - 1] if 0 < i <= len(self.words) else f"<{i}>"
            text += word if not text or word in ".,;:!?)]}'\\u2019" else f" {word}"
        return text


def split_words(text: str) -> list[str]:
    """Lower-case words with their apostrophes and hyphens, and marks by themselves."""
    text = unicodedata.normalize("NFC", text).lower()
    kinds = "".join(map(kind_of, text))
    return [text[m.start() : m.end()] for m in re.finditer(r"w+(?:-w+)*|[-.]", kinds)]


def kind_of(character: str) -> str:
    """w for letters, numbers and marks, - for what joins them, . for other marks."""
    if unicodedata.category(character)[0] in "LNM":
        return "w"
    if character in "'\\u2019-":
        return "-"
    return " " if character.isspace() else "."
`,
  file: `\
class FileTokenizer:
    """A tokenizer.json, by the library that such files are made for."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def load(self):
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            message = "tokenizers reads this text: pip install tokenizers"
            raise ValueError(message) from error
        if not self.path.exists():
            raise ValueError(f"{self.path} is missing: put the model's own there")
        return Tokenizer.from_file(str(self.path))

    def encode(self, text: str) -> list[int]:
        return self.load().encode(text).ids

    def decode(self, ids: list[int]) -> str:
        return self.load().decode(ids)
`,
};
