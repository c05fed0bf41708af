/** dataset.py: samples, and in which order they come. */
import { printPython, quote } from '../print.ts';
import type { TrainingInputs } from './plan.ts';

export function writeDatasetFile({ columns, drawn, fixed }: TrainingInputs): string {
  const kinds = new Set(columns.values().map(({ kind }) => kind));
  const table = columns.size > 0;
  const fromRun = [
    ...(fixed.length > 0 ? ['FOLDER'] : []),
    ...(table || fixed.length > 0 ? ['INPUTS'] : []),
    ...(kinds.has('picture') ? ['PICTURES'] : []),
    ...(kinds.has('text') ? ['TEXTS'] : []),
  ];
  const imports = [
    ...(kinds.has('picture') ? ['from pictures import prepare_picture, read_pixels'] : []),
    'from ranks import rank, world_size',
    ...(fromRun.length > 0 ? [`from run import ${fromRun.join(', ')}`] : []),
    ...(fixed.length > 0 ? ['from tensor_files import load_tensors'] : []),
    ...(kinds.has('text') ? ['from texts import encode_line, fill_batch'] : []),
  ];
  const dataclasses = [...(table ? ['dataclass'] : []), ...(kinds.has('text') ? ['replace'] : [])];
  const standard = [
    ...(table ? ['import csv', 'import json'] : []),
    `from collections.abc import ${table ? 'Iterable, Iterator' : 'Iterator'}`,
    ...(dataclasses.length > 0 ? [`from dataclasses import ${dataclasses.join(', ')}`] : []),
    ...(table ? ['from pathlib import Path', 'from typing import Any'] : []),
  ];
  const blocks = [
    table ? tableSamples(columns, drawn.size > 0) : DRAWN_SAMPLES,
    ...(drawn.size > 0 ? [drawInputs(drawn)] : []),
    ...(fixed.length > 0 ? [loadFixed(fixed)] : []),
    BATCHES,
  ];
  return `\
"""Samples as the model takes them, and in which order they come."""

from __future__ import annotations

${standard.join('\n')}

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

${imports.join('\n')}

${blocks.map((block) => block.trimEnd()).join('\n\n\n')}
`;
}

const BATCHES = `\
class Batches:
    """The indices of this process's rows of each batch, without end.

    Every epoch has an order of its own, which follows from the seed. A batch is a run
    of it, and each process takes its part; what is left at the end is left out.

    Args:
        count: Samples that there are.
        size: Samples of a batch, of all processes together.
        seed: Of the order.
        start: Batches that were taken before.
    """

    def __init__(self, count: int, size: int, seed: int, start: int) -> None:
        self.count = count
        self.size = size
        self.seed = seed
        self.start = start

    def __iter__(self) -> Iterator[list[int]]:
        rows = self.size // world_size()
        epoch, skipped = divmod(self.start, self.count // self.size)
        while True:
            generator = torch.Generator().manual_seed(self.seed + epoch)
            order = torch.randperm(self.count, generator=generator).tolist()
            for number in range(skipped, self.count // self.size):
                first = number * self.size + rank() * rows
                yield order[first : first + rows]
            epoch, skipped = epoch + 1, 0


def load_batches(
    samples: Samples, size: int, seed: int, start: int, workers: int
) -> Iterator[dict[str, Tensor]]:
    """This process's rows of each batch, from the batch \`start\` on."""
    loader = DataLoader(
        samples,
        batch_sampler=Batches(len(samples), size, seed, start),
        num_workers=workers,
        pin_memory=torch.cuda.is_available(),
        # One of its own: PyTorch's is for dropout, and goes on as if nothing were read.
        # What a worker draws, where you make samples differ, differs by rank and start.
        generator=torch.Generator().manual_seed(hash((seed, rank(), start))),
    )
    return iter(loader)
`;

const DRAWN_SAMPLES = `
class Samples(Dataset):
    """Samples that are drawn at random, each from its own number."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        return draw_inputs(index)
`.trimEnd();

function drawInputs(drawn: TrainingInputs['drawn']): string {
  const entries = Array.from(drawn, ([argument, value]) => `        ${quote(argument)}: ${printPython(value)},`);
  return `\
def draw_inputs(index: int) -> dict[str, Tensor]:
    """What the graph draws at random, for one sample."""
    generator = torch.Generator().manual_seed(index)
    return {
${entries.join('\n')}
    }
`;
}

function loadFixed(fixed: readonly string[]): string {
  return `\
def load_fixed() -> dict[str, Tensor]:
    """Inputs that are the same for every sample, as the example has them."""
    example = load_tensors(FOLDER / "example.safetensors")
    values = {}
    for name in [${fixed.map(quote).join(', ')}]:
        argument, dtype = INPUTS[name]
        if f"input/{name}" not in example:
            raise ValueError(f"the example lacks {name}: export with it bound")
        values[argument] = example[f"input/{name}"].to(dtype)
    return values
`;
}

const READERS = {
  picture: `\
        if name in PICTURES:
            pixels = read_pixels(self.folder / cell)
            return prepare_picture(pixels, PICTURES[name])
`,
  text: `\
        if name in TEXTS:
            options = replace(TEXTS[name], batch=1)
            return fill_batch([encode_line(cell, options)], options)[0]
`,
  number: `\
        dtype = INPUTS[name][1]
        value = int(cell) if dtype == torch.int64 else float(cell)
        return torch.tensor(value).to(dtype)
`,
} as const;

function tableSamples(columns: TrainingInputs['columns'], draws: boolean): string {
  const kinds = (['picture', 'text', 'number'] as const).filter((kind) =>
    columns.values().some((c) => c.kind === kind),
  );
  const entries = Array.from(columns, ([input, { column }]) => `${quote(input)}: ${quote(column)}`);
  const reads = kinds.map((kind) => READERS[kind]);
  // The last kind is what is left.
  const last = reads
    .pop()!
    .replace(/^ {8}if name in \w+:\n/, '')
    .replaceAll(/^ {12}/gm, '        ');
  const pictures = kinds.includes('picture');
  return `\
# The column that each input is read from, unless --column names another.
COLUMNS = {${entries.join(', ')}}


@dataclass(frozen=True)
class Row:
    """A line of a table.

    Args:
        place: The file and the line, for messages.
        cells: What stands in the columns that are read.
    """

    place: str
    cells: dict[str, str]


class Samples(Dataset):
    """The lines of a table${pictures ? '; pictures are named by their path from it' : ''}.

    Args:
        path: The table, or a folder with one.
        columns: The column of each input.

    Raises:
        ValueError: A line is none of the table${pictures ? ', or its picture is missing' : ''}.
    """

    def __init__(self, path: Path, columns: dict[str, str]) -> None:
        table = find_table(path)
        read = read_csv if table.suffix == ".csv" else read_json_lines
        self.folder = table.parent
        self.columns = columns
        self.rows = []
        for ${pictures ? 'number, row in enumerate(read(table, columns))' : 'row in read(table, columns)'}:
            self.rows.append(row)
${pictures ? CHECK_SHARE : ''}
    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        row = self.rows[index]
        try:
            sample = {
                INPUTS[name][0]: self.read(name, row.cells[column])
                for name, column in self.columns.items()
            }
        except ValueError as error:
            raise ValueError(f"{row.place}: {error}") from error
        return ${draws ? '{**sample, **draw_inputs(index)}' : 'sample'}

    def read(self, name: str, cell: str) -> Tensor:
        """The value of an input, by what stands in its column."""
${reads.join('')}${last}${pictures ? CHECK_PICTURES : ''}

${TABLES}`;
}

const CHECK_SHARE = `\
            # Each process looks for its share: a file system has other things to do.
            if number % world_size() == rank():
                self.check_pictures(row)
`;

const CHECK_PICTURES = `
    def check_pictures(self, row: Row) -> None:
        for name in PICTURES.keys() & self.columns.keys():
            picture = self.folder / row.cells[self.columns[name]]
            if not picture.is_file():
                raise ValueError(f"{row.place}: there is no picture {picture}")
`;

const TABLES = `\
def find_table(path: Path) -> Path:
    """The table that is meant: itself, or the only one of a folder."""
    if path.is_file():
        return path
    if not path.is_dir():
        raise ValueError(f"{path}: there is no such file or folder")
    tables = [file for file in path.iterdir() if file.suffix in (".csv", ".jsonl")]
    if len(tables) != 1:
        raise ValueError(f"{path} holds {len(tables)} tables, .csv or .jsonl: name one")
    return tables[0]


def read_csv(path: Path, wanted: dict[str, str]) -> Iterator[Row]:
    """Lines of cells, under a first line with the names of the columns."""
    reader = csv.reader(read_lines(path), strict=True)
    try:
        columns = next(reader, [])
        check_columns(f"{path}, line 1", columns, wanted)
        for cells in filter(None, reader):
            place = f"{path}, line {reader.line_num}"
            if len(cells) != len(columns):
                count = f"{len(cells)} cells under {len(columns)} columns"
                raise ValueError(f"{place}: there are {count}")
            yield take_row(place, dict(zip(columns, cells)), wanted)
    except csv.Error as error:
        place = f"{path}, line {reader.line_num}"
        raise ValueError(f"{place} cannot be read: {error}") from error


def read_json_lines(path: Path, wanted: dict[str, str]) -> Iterator[Row]:
    """An object a line."""
    for number, line in enumerate(read_lines(path), 1):
        place = f"{path}, line {number}"
        if line.isspace():
            continue
        try:
            cells = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{place} is no JSON: {error}") from error
        if not isinstance(cells, dict):
            raise ValueError(f"{place} is no object with columns")
        check_columns(place, cells, wanted)
        yield take_row(place, cells, wanted)


def take_row(place: str, cells: dict[str, Any], wanted: dict[str, str]) -> Row:
    """The columns that are read, and no others; ValueError where one is empty."""
    taken = {}
    for column in wanted.values():
        cell = cells[column]
        if isinstance(cell, (dict, list, type(None))):
            found = json.dumps(cell)
            raise ValueError(f"{place}: column {column} is {found:.60}, no text")
        taken[column] = str(cell)
        if not taken[column].strip():
            raise ValueError(f"{place}: column {column} is empty")
    return Row(place, taken)


def read_lines(path: Path) -> Iterator[str]:
    """Lines of UTF-8, with or without a mark at the beginning."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise ValueError(f"{path}, line {number} is no UTF-8") from error


def check_columns(place: str, columns: Iterable[str], wanted: dict[str, str]) -> None:
    """Raises ValueError where a column is not there."""
    for name, column in wanted.items():
        if column not in columns:
            known = ", ".join(columns) or "nothing"
            hint = f"--column {name}=COLUMN names another"
            missing = f"there is no column {column}, but {known}"
            raise ValueError(f"{place}: {missing}; {hint}")
`;
