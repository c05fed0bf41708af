/** run.py: computes the model on inputs from files, as `patchbay run` does. */
import { docstring } from './docstring.ts';
import { signature, type ModelFile } from './model-file.ts';
import { quote } from './print.ts';

export function writeRunFile({ plan, forward }: ModelFile): string {
  const { main } = plan;
  const config = main.form.kind === 'main' ? main.form.config : '';
  const inputs = forward.inputs.map(({ port, name, type }) => {
    const dtype = { f32: 'torch.float32', i32: 'torch.int64', bool: 'torch.bool' }[type?.dtype ?? 'f32'];
    return `    ${quote(port)}: (${quote(name)}, ${dtype}),`;
  });
  const usage = docstring({ text: `Runs ${main.name} and prints the shapes of its outputs.` }, '')[0]!.replace(
    /"""$/,
    '',
  );
  return `\
${usage}

    python run.py
    python run.py --input NAME=FILE[:KEY] --out outputs.safetensors

A FILE is a .safetensors file, of which KEY names a tensor. Inputs that are not given
are those of the example that the model was exported with.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from model import ${[main.name, config].toSorted().join(', ')}
from tensor_files import load_tensors, save_tensors

FOLDER = Path(__file__).resolve().parent

# What each input is called in \`forward\`, and the type of its elements.
INPUTS = ${inputs.length > 0 ? `{\n${inputs.join('\n')}\n}` : '{}'}


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


def read_input(text: str) -> tuple[str, Tensor]:
    """Reads NAME=FILE[:KEY]."""
    name, _, file = text.partition("=")
    if name not in INPUTS:
        known = ", ".join(INPUTS)
        raise argparse.ArgumentTypeError(f"there is no input {name!r}, only {known}")
    key = None
    if not Path(file).exists() and ":" in file:
        file, _, key = file.partition(":")
    try:
        tensors = load_tensors(file, key)
    except (OSError, KeyError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if len(tensors) > 1 and name not in tensors:
        raise argparse.ArgumentTypeError(f"{file} has several tensors; add :KEY")
    return name, tensors.get(name, next(iter(tensors.values())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--input",
        type=read_input,
        action="append",
        default=[],
        metavar="NAME=FILE[:KEY]",
        help="take this input from a .safetensors file",
    )
    parser.add_argument("--out", metavar="FILE", help="write the outputs to this file")
    arguments = parser.parse_args()

    with torch.inference_mode():
        outputs = load_model()(**load_inputs(dict(arguments.input)))
    for name, value in outputs.items():
        print(f"{name}  {list(value.shape)}  mean {value.double().mean():.6f}")
    if arguments.out:
        save_tensors(outputs, arguments.out)


if __name__ == "__main__":
    main()
`;
}
