"""Computes programs of the tensor IR in PyTorch, for the bench: reads calls as lines of JSON, answers likewise."""

import json
import sys
import time
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F

DTYPES = {"i32": torch.int32, "bool": torch.bool}


def attention(inputs, attributes, wanted):
    q, k, v, *mask = inputs
    mask = mask[0] if mask else None
    if not wanted[1] and hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=attributes["scale"]), None
    scores = torch.matmul(q, k.transpose(-1, -2)) * attributes["scale"]
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf) if mask.dtype == torch.bool else scores + mask
    weights = torch.softmax(scores, dim=-1)
    return torch.matmul(weights, v), weights


def lstm(inputs):
    x, *weights = inputs
    zero = x.new_zeros(1, x.shape[0], weights[1].shape[1])
    states, state, memory = torch.lstm(
        x, (zero, zero), weights, len(weights) == 4, 1, 0.0, False, False, True
    )
    return states, state[0], memory[0]


def layer_norm(inputs, epsilon):
    x, *affine = inputs
    return F.layer_norm(x, x.shape[-1:], *affine, eps=epsilon)


def iota(attributes, type, dtypes):
    axis, shape = attributes["axis"], type["shape"]
    along = [size if other == axis else 1 for other, size in enumerate(shape)]
    return torch.arange(shape[axis]).to(dtypes[type["dtype"]]).reshape(along).expand(shape)


def padded(x, attributes):
    margins = [side for axis in reversed(range(x.dim())) for side in (attributes["before"][axis], attributes["after"][axis])]
    return F.pad(x, margins, value=attributes["value"])


def sliced(x, attributes):
    bounds = zip(attributes["starts"], attributes["stops"], attributes["steps"])
    return x[tuple(slice(start, stop, step) for start, stop, step in bounds)]


def rows(table, indices):
    return F.embedding(indices, table) if table.dim() == 2 else table[indices.long()]


def unary(call):
    return lambda inputs, attributes, types, dtypes, wanted: call(inputs[0])


def binary(call):
    return lambda inputs, attributes, types, dtypes, wanted: call(inputs[0], inputs[1])


def along(call):
    return lambda inputs, attributes, types, dtypes, wanted: call(
        inputs[0], attributes["axes"], attributes["keepdims"]
    )


def divide(x, y):
    return torch.div(x, y, rounding_mode=None if x.dtype.is_floating_point else "trunc")


CALLS = {
    "literal": lambda inputs, attributes, types, dtypes, wanted: torch.tensor(
        attributes["values"], dtype=dtypes[types[0]["dtype"]]
    ).reshape(types[0]["shape"]),
    "constant": lambda inputs, attributes, types, dtypes, wanted: torch.full(
        types[0]["shape"], float(attributes["value"]), dtype=dtypes[types[0]["dtype"]]
    ),
    "iota": lambda inputs, attributes, types, dtypes, wanted: iota(attributes, types[0], dtypes),
    "neg": unary(torch.neg),
    "abs": unary(torch.abs),
    "exp": unary(torch.exp),
    "log": unary(torch.log),
    "log1p": unary(torch.log1p),
    "sqrt": unary(torch.sqrt),
    "rsqrt": unary(torch.rsqrt),
    "reciprocal": unary(torch.reciprocal),
    "tanh": unary(torch.tanh),
    "erf": unary(torch.erf),
    "sigmoid": unary(torch.sigmoid),
    "relu": unary(F.relu),
    "gelu": unary(F.gelu),
    "not": unary(torch.logical_not),
    "add": binary(torch.add),
    "sub": binary(torch.sub),
    "mul": binary(torch.mul),
    "div": binary(divide),
    "maximum": binary(torch.maximum),
    "minimum": binary(torch.minimum),
    "pow": binary(torch.pow),
    "equal": binary(torch.eq),
    "not_equal": binary(torch.ne),
    "less": binary(torch.lt),
    "less_equal": binary(torch.le),
    "greater": binary(torch.gt),
    "greater_equal": binary(torch.ge),
    "and": binary(torch.logical_and),
    "or": binary(torch.logical_or),
    "select": lambda inputs, attributes, types, dtypes, wanted: torch.where(*inputs),
    "cast": lambda inputs, attributes, types, dtypes, wanted: inputs[0].to(dtypes[attributes["dtype"]]),
    "reshape": lambda inputs, attributes, types, dtypes, wanted: inputs[0].reshape(types[0]["shape"]),
    "permute": lambda inputs, attributes, types, dtypes, wanted: inputs[0].permute(attributes["axes"]),
    "expand": lambda inputs, attributes, types, dtypes, wanted: inputs[0].expand(types[0]["shape"]),
    "slice": lambda inputs, attributes, types, dtypes, wanted: sliced(inputs[0], attributes),
    "pad": lambda inputs, attributes, types, dtypes, wanted: padded(inputs[0], attributes),
    "concat": lambda inputs, attributes, types, dtypes, wanted: torch.cat(inputs, dim=attributes["axis"]),
    "gather": lambda inputs, attributes, types, dtypes, wanted: rows(inputs[0], inputs[1]),
    "reduce_sum": along(torch.sum),
    "reduce_mean": along(torch.mean),
    "reduce_max": along(torch.amax),
    "reduce_min": along(torch.amin),
    "matmul": binary(torch.matmul),
    "linear": lambda inputs, attributes, types, dtypes, wanted: F.linear(*inputs),
    "softmax": lambda inputs, attributes, types, dtypes, wanted: torch.softmax(inputs[0], attributes["axis"]),
    "layer_norm": lambda inputs, attributes, types, dtypes, wanted: layer_norm(inputs, attributes["epsilon"]),
    "attention": lambda inputs, attributes, types, dtypes, wanted: attention(inputs, attributes, wanted),
    "patch_conv": lambda inputs, attributes, types, dtypes, wanted: F.conv2d(*inputs, stride=attributes["stride"]),
    "lstm": lambda inputs, attributes, types, dtypes, wanted: lstm(inputs),
    "argmax": lambda inputs, attributes, types, dtypes, wanted: inputs[0].argmax(attributes["axis"]),
    "top_k": lambda inputs, attributes, types, dtypes, wanted: inputs[0].topk(attributes["k"]),
}


class Bench:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.outputs = []

    def stage(self):
        self.program = json.loads((self.folder / "program.json").read_text())
        self.numbers = numpy.fromfile(self.folder / "leaves.bin", dtype=numpy.uint8)

    def start(self):
        begin = time.perf_counter()
        float_dtype = getattr(torch, self.program["dtype"])
        self.dtypes = {"f32": float_dtype, **DTYPES}
        self.leaves = {}
        at = 0
        for leaf in self.program["leaves"]:
            count = int(numpy.prod(leaf["shape"], dtype=numpy.int64))
            words = self.numbers[at : at + 4 * count].view(numpy.float32 if leaf["dtype"] == "f32" else numpy.int32)
            self.leaves[leaf["name"]] = torch.from_numpy(words).reshape(leaf["shape"]).to(self.dtypes[leaf["dtype"]])
            at += 4 * count
        self.last_use = {
            value: place
            for place, operation in enumerate(self.program["operations"])
            for value in operation["inputs"]
        }
        self.wanted = set(self.last_use) | set(self.program["outputs"])
        self.compute()
        return (time.perf_counter() - begin) * 1000

    def run(self):
        begin = time.perf_counter()
        self.compute()
        return (time.perf_counter() - begin) * 1000

    def compute(self):
        values = {}
        kept = set(self.program["outputs"])
        with torch.inference_mode():
            for place, operation in enumerate(self.program["operations"]):
                op, attributes, results = operation["op"], operation["attributes"], operation["results"]
                if op in ("input", "weight"):
                    values[results[0]] = self.leaves[attributes["name" if op == "input" else "path"]]
                    continue
                inputs = [values[value] for value in operation["inputs"]]
                wanted = [value in self.wanted for value in results]
                computed = CALLS[op](inputs, attributes, operation["types"], self.dtypes, wanted)
                values.update(zip(results, computed if isinstance(computed, tuple) else (computed,)))
                for value in operation["inputs"]:
                    if self.last_use[value] == place and value not in kept:
                        values.pop(value, None)
        self.outputs = [values[value] for value in self.program["outputs"]]

    def read(self):
        arrays = [output.to(torch.float64).contiguous().numpy().ravel() for output in self.outputs]
        (self.folder / "outputs.json").write_text(json.dumps([array.size for array in arrays]))
        with open(self.folder / "outputs.bin", "wb") as file:
            for array in arrays:
                file.write(array.tobytes())

    def drop(self):
        self.outputs, self.leaves, self.numbers = [], {}, None


def main():
    bench = Bench(sys.argv[1])
    answer({"version": torch.__version__, "threads": torch.get_num_threads(), "calls": list(CALLS)})
    for line in sys.stdin:
        try:
            answer(getattr(bench, json.loads(line)["method"])())
        except Exception as error:  # The bench tells it in the table and goes on.
            print(json.dumps({"fault": f"{type(error).__name__}: {error}"}), flush=True)


def answer(result):
    print(json.dumps({"result": result}), flush=True)


main()
