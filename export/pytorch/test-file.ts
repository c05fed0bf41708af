/** test_model.py: shows that the package computes what Patchbay computed, and that its weights come and go. */
import type { ExportSource } from '../target.ts';
import type { ModelFile } from './model-file.ts';

/** Relative L2 distance that float32 may have from the example, which is computed in float64. */
const LIMIT = '1e-5';

/** @param withOutputs whether the example has outputs to compare with. */
export function writeTestFile({ document, weights }: ExportSource, { plan }: ModelFile, withOutputs: boolean): string {
  const { main } = plan;
  const config = main.form.kind === 'main' ? main.form.config : '';
  const drawn = weights.recipes.size > 0 && weights.recipes.values().every(({ from }) => from.kind === 'drawn');
  const imports = drawn ? `from model import ${[main.name, config].toSorted().join(', ')}\n` : '';
  const parts = [
    withOutputs ? TEST_OUTPUTS : [],
    TEST_CHECKPOINT,
    drawn ? seedTest(main.name, config, document.seed) : [],
  ];
  return `\
"""Tests that the model computes what Patchbay computed, for pytest or run alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch

${imports}from run import ${withOutputs ? 'FOLDER, load_inputs, load_model' : 'FOLDER, load_model'}
from tensor_files import load_tensors, save_tensors

${parts.flat().join('\n')}

if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: passed")
`;
}

const TEST_OUTPUTS = [
  `
def test_outputs_are_those_of_the_example() -> None:
    """The example was computed in float64; the distance is what float32 loses."""
    with torch.inference_mode():
        outputs = load_model()(**load_inputs())
    example = load_tensors(FOLDER / "example.safetensors")
    expected = {
        name.removeprefix("output/"): value.double()
        for name, value in example.items()
        if name.startswith("output/")
    }
    assert outputs.keys() == expected.keys()
    for name, value in expected.items():
        assert outputs[name].shape == value.shape, name
        distance = (outputs[name].double() - value).norm()
        assert distance <= ${LIMIT} * value.norm(), f"{name} is off by {distance}"
`,
];

const TEST_CHECKPOINT = [
  `
def test_a_checkpoint_comes_back_as_it_was() -> None:
    """Weights are saved and loaded under the names that they have in Patchbay."""
    state = load_model().state_dict()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "checkpoint.safetensors"
        save_tensors(state, file)
        again = load_model(file).state_dict()
    assert again.keys() == load_tensors(FOLDER / "weights.safetensors").keys()
    for name, value in state.items():
        assert torch.equal(again[name], value), name
`,
];

function seedTest(main: string, config: string, seed: number): readonly string[] {
  return [
    `
def test_a_new_model_starts_from_these_weights() -> None:
    """Layers draw their weights in the order in which Patchbay does."""
    torch.manual_seed(${seed})
    fresh = ${main}(${config}()).state_dict()
    for name, value in load_tensors(FOLDER / "weights.safetensors").items():
        torch.testing.assert_close(fresh[name], value)
`,
  ];
}
