/** serve.py: runs an exported package and answers what its outputs and layers gave. Nothing of a document stands in it. */

export const SERVER_SCRIPT = `\
"""Runs an exported PyTorch package beside it: a request a line on stdin, a reply a line on stdout.

A request is {"inputs": FILE, "outputs": FILE}; the files are .safetensors. The outputs hold what the model returns under
\`output/NAME\`, and what each layer gave, once it was called, under \`layer/PATH/INDEX\`.
"""
import json
import sys

import torch

folder = sys.argv[1]
sys.path.insert(0, folder)

from run import load_inputs, load_model  # noqa: E402
from tensor_files import load_tensors, save_tensors  # noqa: E402


def tensors_in(result):
    """The tensors of a layer's result, in order; an LSTM's are nested."""
    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, (tuple, list)):
        return [tensor for part in result for tensor in tensors_in(part)]
    return []


def watch(model, calls):
    def hook_of(path):
        return lambda layer, arguments, result: calls.setdefault(path, []).append(tensors_in(result))

    for path, layer in model.named_modules():
        if path:
            layer.register_forward_hook(hook_of(path))


def answer(request):
    calls.clear()
    with torch.no_grad():
        outputs = model(**load_inputs(load_tensors(request["inputs"])))
    tensors = {f"output/{name}": value for name, value in outputs.items()}
    for path, results in calls.items():
        # Of a layer that is called twice nobody can say which call is meant.
        if len(results) == 1:
            tensors |= {f"layer/{path}/{index}": value for index, value in enumerate(results[0])}
    save_tensors(tensors, request["outputs"])
    return {"ok": True}


calls = {}
model = load_model()
watch(model, calls)
print(json.dumps({"ok": True, "torch": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # It is for the caller to say what went wrong.
        reply = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
`;
