"""Writes exported packages as ONNX files, as torch.onnx.export does, with their own examples as inputs.

    python to_onnx.py FOLDER FILE.onnx FORM [FOLDER FILE.onnx FORM ...]

FORM is the number of an operator set; `+batch` behind it leaves the first size of every input open.
"""

import sys
from pathlib import Path

import torch


def unflatten(tensor, dim, sizes):
    """Tensor.unflatten by reshape: torch.onnx of PyTorch 1.13 has no operator for it."""
    dim %= tensor.dim()
    return tensor.reshape(tensor.shape[:dim] + tuple(sizes) + tensor.shape[dim + 1 :])


class Listed(torch.nn.Module):
    """The outputs one after the other, and the inputs by their place."""

    def __init__(self, model, names):
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *inputs):
        return tuple(self.model(**dict(zip(self.names, inputs))).values())


def export(folder, file, form):
    # Every package has modules of the same names.
    own = {path.stem for path in folder.glob("*.py")}
    for name in own & sys.modules.keys():
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    import run

    sys.path.pop(0)
    model = run.load_model()
    for module in model.modules():
        # torch.onnx of PyTorch 1.13 does not know the word.
        if isinstance(module, torch.nn.Conv2d) and module.padding == "valid":
            module.padding = (0, 0)
    inputs = run.load_inputs()
    names = {argument: name for name, (argument, _) in run.INPUTS.items()}
    with torch.no_grad():
        outputs = list(model(**inputs))
    torch.onnx.export(
        Listed(model, list(inputs)),
        tuple(inputs.values()),
        str(file),
        input_names=[names[argument] for argument in inputs],
        output_names=outputs,
        opset_version=int(form.removesuffix("+batch")),
        dynamic_axes={name: {0: "batch"} for name in names.values()} if form.endswith("+batch") else None,
    )


torch.set_num_threads(1)
torch.Tensor.unflatten = unflatten
arguments = sys.argv[1:]
for folder, file, form in zip(arguments[::3], arguments[1::3], arguments[2::3]):
    export(Path(folder).resolve(), Path(file).resolve(), form)
