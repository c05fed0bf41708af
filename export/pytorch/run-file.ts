/** run.py: computes the model on inputs from files, as `patchbay run` does. */
import type { Python } from '../../nodes/python.ts';
import { docstring, wrap } from './docstring.ts';
import { signature, type ModelFile } from './model-file.ts';
import { layOut, quote, WIDTH } from './print.ts';
import type { InputReaders } from './readers.ts';

export function writeRunFile({ plan, forward }: ModelFile, readers: InputReaders): string {
  const { main } = plan;
  const config = main.form.kind === 'main' ? main.form.config : '';
  const inputs = forward.inputs.map(({ port, name, type }) => {
    const dtype = { f32: 'torch.float32', i32: 'torch.int64', bool: 'torch.bool' }[type?.dtype ?? 'f32'];
    return `    ${quote(port)}: (${quote(name)}, ${dtype}),`;
  });
  const [pictures, texts] = [readers.pictures.size > 0, readers.texts.size > 0];
  const readsTakes = ['bindings: list[tuple[str, str]]', ...(texts ? ['padded: bool = True'] : [])];
  const usage = docstring({ text: `Runs ${main.name} and prints the shapes of its outputs.` }, '')[0]!.replace(
    /"""$/,
    '',
  );
  return `\
${usage}

    python run.py
    python run.py --input NAME=FILE[:KEY] --out outputs.safetensors

${files(pictures, texts)}
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from model import ${[main.name, config].toSorted().join(', ')}
${pictures ? 'from pictures import PictureOptions, read_pictures\n' : ''}from tensor_files import load_tensors, save_tensors
${texts ? `from texts import ${['TextOptions', ...readers.tokenizers, 'fill_batch', 'read_rows', 'stack_rows'].toSorted().join(', ')}\n` : ''}
FOLDER = Path(__file__).resolve().parent

# What each input is called in \`forward\`, and the type of its elements.
INPUTS = ${inputs.length > 0 ? `{\n${inputs.join('\n')}\n}` : '{}'}
${table('PICTURES', readers.pictures)}${table('TEXTS', readers.texts)}

${signature('load_model', ['weights: str | Path = FOLDER / "weights.safetensors"'], main.name, '').join('\n')}
    """The model with its weights, ready to compute."""
    model = ${main.name}(${config}())
    model.load_state_dict(load_tensors(weights))
    return model.eval()


def load_inputs(given: dict[str, Tensor] | None = None) -> dict[str, Tensor]:
    """The arguments of \`forward\`: inputs by name, and the example for the rest."""
    example = load_tensors(FOLDER / "example.safetensors")
    values = {name: example.get(f"input/{name}") for name in INPUTS} | (given or {})
    missing = [name for name, value in values.items() if value is None]
    if missing:
        raise KeyError(f"the example lacks {', '.join(missing)}; give --input")
    types = INPUTS.items()
    return {argument: values[name].to(dtype) for name, (argument, dtype) in types}


def parse_binding(text: str) -> tuple[str, str]:
    """Takes NAME=FILE apart."""
    name, equals, file = text.partition("=")
    if name not in INPUTS:
        known = ", ".join(INPUTS)
        raise argparse.ArgumentTypeError(f"there is no input {name!r}, only {known}")
    if not equals or not file:
        raise argparse.ArgumentTypeError(f"write {name}=FILE")
    return name, file


${signature('read_inputs', readsTakes, 'dict[str, Tensor]', '').join('\n')}
    """Reads what \`parse_binding\` gave.
${texts ? '\n    Args:\n        padded: Fill up rows of text; otherwise they must be equally long.\n' : ''}
    Raises:
        ValueError: A file cannot be read, or is none that the input takes.
    """
    files = {}
    for name, file in bindings:
        files.setdefault(name, []).append(file)
    values = {}
    for name, paths in files.items():
        tensors = [is_tensor_file(path) for path in paths]
        if any(tensors) and len(paths) > 1:
            raise ValueError(f"{name} is given a tensor and something else")
        if any(tensors):
            values[name] = read_tensor(name, paths[0])
${pictures ? PICTURE_BRANCH : ''}${texts ? TEXT_BRANCH : ''}        else:
            raise ValueError(f"{name} takes a .safetensors file, not {paths[0]}")
    return values


def is_tensor_file(path: str) -> bool:
    return path.endswith(".safetensors") or ".safetensors:" in path


def read_tensor(name: str, path: str) -> Tensor:
    """The tensor of FILE:KEY, the one called like the input, or the only one."""
    key = None
    if not Path(path).exists() and ":" in path:
        path, _, key = path.rpartition(":")
    try:
        tensors = load_tensors(path, key)
    except (OSError, KeyError) as error:
        raise ValueError(str(error)) from error
    if len(tensors) != 1 and name not in tensors:
        raise ValueError(f"{path} has {len(tensors)} tensors; add :KEY")
    return tensors.get(name, next(iter(tensors.values())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--input",
        type=parse_binding,
        action="append",
        default=[],
        metavar="NAME=FILE[:KEY]",
        help="take this input from a file",
    )
    parser.add_argument("--out", metavar="FILE", help="write the outputs to this file")
    arguments = parser.parse_args()

    try:
        inputs = load_inputs(read_inputs(arguments.input))
    except (KeyError, ValueError) as error:
        parser.error(str(error))
    with torch.inference_mode():
        outputs = load_model()(**inputs)
    for name, value in outputs.items():
        print(f"{name}  {list(value.shape)}  mean {value.double().mean():.6f}")
    if arguments.out:
        save_tensors(outputs, arguments.out)


if __name__ == "__main__":
    main()
`;
}

const PICTURE_BRANCH = `\
        elif name in PICTURES:
            values[name] = read_pictures(paths, PICTURES[name])
`;

const TEXT_BRANCH = `\
        elif name in TEXTS:
            rows = [row for path in paths for row in read_rows(path, TEXTS[name])]
            arrange = fill_batch if padded else stack_rows
            values[name] = arrange(rows, TEXTS[name])
`;

function files(pictures: boolean, texts: boolean): string {
  const kinds = ['A FILE is a .safetensors file, of which KEY names a tensor.'];
  if (pictures) kinds.push('An input of pictures takes picture files too, one --input for each.');
  if (texts) kinds.push('An input of ids takes a text file too, a line for each place of its batch.');
  kinds.push('Inputs that are not given are those of the example that the model was exported with.');
  return wrap(kinds.join(' '), WIDTH).join('\n');
}

/** `NAME = {"input": Options(…)}`, one argument a line. */
function table(title: string, options: ReadonlyMap<string, Python>): string {
  if (options.size === 0) return '';
  const entries = Array.from(options, ([port, value]) => layOut(`${quote(port)}: `, value, ',', '    ').join('\n'));
  return `${title} = {\n${entries.join('\n')}\n}\n`;
}
