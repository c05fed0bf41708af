#!/usr/bin/env python3
"""Writes what PyTorch computes in float64 for the ops, for gpu/ops' tests.

    /usr/bin/python3 gpu/ops/golden.py > gpu/ops/golden.json && oxfmt gpu/ops/golden.json     (torch 1.13.1)

Numbers that JSON lacks are written as the strings "NaN", "Infinity" and "-Infinity".
"""
import json, math
import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def numbers(tensor):
    dtype = {"dtype": "bool"} if tensor.dtype == torch.bool else {} if tensor.is_floating_point() else {"dtype": "i32"}
    return dtype | {"shape": list(tensor.shape), "values": [plain(x) for x in tensor.flatten().tolist()]}


def case(op, inputs, attributes, *outputs):
    return {"op": op, "attributes": attributes, "inputs": [numbers(x) for x in inputs], "outputs": [numbers(x) for x in outputs]}


inf, nan = math.inf, math.nan
x = torch.tensor([0.0, -0.0, 1e-300, -1e-9, 0.1, -0.1, 0.3, 0.46875, -0.47, 0.5, 0.84, 1.0, -1.25, 2.0, -2.5, 3.0, 3.9, 4.0, -4.1, 5.5, 6.1,
                  10.0, -30.0, 88.0, -104.0, 709.0, -745.0, 1e300, -1e300, inf, -inf, nan])
y = torch.tensor([2.0, -1.0, 0.0, 0.5, 3.0, -2.0])
a, b = (t.flatten() for t in torch.meshgrid(torch.tensor([0.0, 1.0, -1.0, 2.0, -2.5, 0.3, inf, -inf, nan]), y, indexing="ij"))
cases = [case(op, [x], {}, f(x)) for op, f in {
    "neg": torch.neg, "abs": torch.abs, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal, "tanh": torch.tanh, "erf": torch.erf, "sigmoid": torch.sigmoid, "relu": torch.relu,
    "gelu": lambda t: F.gelu(t)}.items()]
cases += [case(op, [a, b], {}, f(a, b)) for op, f in {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "maximum": torch.maximum, "minimum": torch.minimum, "pow": torch.pow}.items()]
t = torch.randn(2, 3, 5)
for axes in ([], [0], [2], [0, 1], [2, 0], [0, 1, 2]):
    for keepdims in (False, True):
        attributes = {"axes": axes, "keepdims": keepdims}
        shape = [1 if i in axes else s for i, s in enumerate(t.shape)] if keepdims else [s for i, s in enumerate(t.shape) if i not in axes]
        reductions = {"reduce_sum": t.sum(axes).reshape(shape), "reduce_mean": t.mean(axes).reshape(shape), "reduce_max": t.amax(axes).reshape(shape),
                      "reduce_min": t.amin(axes).reshape(shape)} if axes else {"reduce_sum": t, "reduce_mean": t, "reduce_max": t, "reduce_min": t}
        cases += [case(op, [t], attributes, result) for op, result in reductions.items()]
for axis in (0, 1, 2):
    cases.append(case("softmax", [t * 4], {"axis": axis}, torch.softmax(t * 4, axis)))
large = torch.tensor([[1000.0, 999.0, -1000.0], [-inf, 0.0, 1.0]])
cases.append(case("softmax", [large], {"axis": 1}, torch.softmax(large, 1)))
u, w, v = torch.randn(2, 3, 5) * 3 + 100, torch.randn(5), torch.randn(5)
cases.append(case("layer_norm", [u], {"epsilon": 1e-5}, F.layer_norm(u, (5,))))
cases.append(case("layer_norm", [u, w], {"epsilon": 0.1}, F.layer_norm(u, (5,), w, eps=0.1)))
cases.append(case("layer_norm", [u, w, v], {"epsilon": 1e-5}, F.layer_norm(u, (5,), w, v)))
m, n = torch.randn(2, 3, 4, 5), torch.randn(2, 3, 5, 2)
cases.append(case("matmul", [m, n], {}, m @ n))
weight, bias = torch.randn(7, 5), torch.randn(7)
cases.append(case("linear", [t, weight, bias], {}, F.linear(t, weight, bias)))
cases.append(case("linear", [t, weight], {}, F.linear(t, weight)))
q, key, value = torch.randn(2, 2, 3, 4), torch.randn(2, 2, 5, 4), torch.randn(2, 2, 5, 6)
scores = torch.softmax(q @ key.transpose(-1, -2) * 0.7, -1)
cases.append(case("attention", [q, key, value], {"scale": 0.7}, scores @ value, scores))
image, kernel, offset = torch.randn(2, 3, 7, 6), torch.randn(4, 3, 2, 2), torch.randn(4)
cases.append(case("patch_conv", [image, kernel, offset], {"stride": 2}, F.conv2d(image, kernel, offset, stride=2)))
cases.append(case("patch_conv", [image, kernel], {"stride": 2}, F.conv2d(image, kernel, stride=2)))
p = torch.randn(2, 3, 4)
cases.append(case("permute", [p], {"axes": [2, 0, 1]}, p.permute(2, 0, 1)))
cases.append(case("reshape", [p], {"shape": [4, 6]}, p.reshape(4, 6)))
cases.append(case("expand", [p[:, :1]], {"shape": [2, 3, 4]}, p[:, :1].expand(2, 3, 4)))
cases.append(case("slice", [p], {"starts": [0, 2, 1], "stops": [2, -1, 4], "steps": [1, -1, 2]}, p.flip(1)[:, :, 1:4:2]))
cases.append(case("pad", [p], {"before": [1, 0, 2], "after": [0, 3, 1], "value": -7.5}, F.pad(p, (2, 1, 0, 3, 1, 0), value=-7.5)))
cases.append(case("concat", [p, p[:, :1], p[:, :0], p * 2], {"axis": 1}, torch.cat([p, p[:, :1], p[:, :0], p * 2], 1)))
table, ids = torch.randn(6, 5), torch.tensor([[0, 5, 2], [2, 2, 4]])
cases.append(case("gather", [table, ids], {}, F.embedding(ids, table)))
lstm = torch.nn.LSTM(5, 4, batch_first=True)
sequence = torch.randn(3, 6, 5)
with torch.no_grad():
    states, (h_n, c_n) = lstm(sequence)
    cases.append(case("lstm", [sequence, lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0, lstm.bias_hh_l0], {}, states, h_n[0], c_n[0]))
cases.append(case("log1p", [x], {}, torch.log1p(x)))
r, gain = torch.randn(2, 3, 5) * 3, torch.randn(5)
root = lambda t, epsilon: t * (t.pow(2).mean(-1, keepdim=True) + epsilon).rsqrt()
cases.append(case("rms_norm", [r], {"epsilon": 1e-5}, root(r, 1e-5)))
cases.append(case("rms_norm", [r, gain], {"epsilon": 0.1}, root(r, 0.1) * gain))
ties = torch.tensor([[1.0, 3.0, 3.0, -2.0, 3.0], [0.0, -0.0, -1.0, -5.0, -inf], [-inf, -inf, -inf, -inf, -inf]])
for values in (t, ties):
    for axis in range(values.dim()):
        cases.append(case("argmax", [values], {"axis": axis}, values.argmax(axis)))
cases.append(case("argmax", [torch.tensor([[4, 9, 9], [-1, -2, -1]])], {"axis": 1}, torch.tensor([1, 0])))
for k in (1, 3, 5):
    cases.append(case("top_k", [t], {"k": k}, *torch.topk(t, k)))
order = torch.argsort(ties, stable=True, descending=True)
cases.append(case("top_k", [ties], {"k": 5}, torch.gather(ties, 1, order), order))
logits, labels = torch.randn(4, 7) * 5, torch.tensor([6, 0, 3, 3])
cases.append(case("cross_entropy", [logits, labels], {}, F.cross_entropy(logits, labels, reduction="none")))
certain = torch.tensor([[1000.0, -1000.0, 0.0], [-1e300, 5.0, 5.0]])
cases.append(case("cross_entropy", [certain, torch.tensor([0, 2])], {}, F.cross_entropy(certain, torch.tensor([0, 2]), reduction="none")))
takes_part = torch.rand(2, 1, 3, 5) > 0.4
takes_part[0, 0, 0], takes_part[1, 0, 2] = True, False
for mask in (takes_part, takes_part[0, 0], torch.randn(3, 5) * 2, torch.triu(torch.full((3, 5), -inf), 1)):
    masked = q @ key.transpose(-1, -2) * 0.7
    masked = torch.softmax(masked.masked_fill(~mask, -inf) if mask.dtype == torch.bool else masked + mask, -1)
    cases.append(case("attention", [q, key, value, mask], {"scale": 0.7}, masked @ value, masked))
print(json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")))
