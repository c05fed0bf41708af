"""What PyTorch computes for each node type, as cases that the tests can read; goldens.py writes them."""
import torch
from torch import nn
from torch.nn import functional as F


def numbers(tensor):
    """Nine digits say a float32 exactly; twelve are enough of a float64. Whole numbers and masks say what they are."""
    shape, values = list(tensor.shape), tensor.detach().flatten().tolist()
    if not tensor.is_floating_point():
        return {"shape": shape, "dtype": "bool" if tensor.dtype == torch.bool else "i32", "data": [int(x) for x in values]}
    digits = 9 if tensor.dtype == torch.float32 else 12
    return {"shape": shape, "data": [float(f"{x:.{digits}g}") for x in values]}


def case(node, params, inputs, outputs, weights=None):
    return {
        "type": node,
        "params": params,
        "inputs": {name: numbers(tensor) for name, tensor in inputs.items()},
        "weights": {name: numbers(tensor) for name, tensor in (weights or {}).items()},
        "outputs": {name: numbers(tensor.double() if tensor.is_floating_point() else tensor) for name, tensor in outputs.items()},
    }


def layer(node, params, module, tensor):
    """A module in evaluation mode, with the weights that its constructor drew and offsets that are not zero."""
    module = module.eval()
    for parameter in module.parameters():
        if parameter.dim() == 1:
            nn.init.normal_(parameter)
    weights = {name: value.clone() for name, value in module.state_dict().items()}
    return case(node, params, {"input": tensor}, {"output": module.double()(tensor.double())}, weights)


def attention(query, key, value, scale, mask=None):
    scores = query.double() @ key.double().transpose(-2, -1) * scale
    weights = (scores if mask is None else scores.masked_fill(~mask, float("-inf"))).softmax(-1)
    return {"output": weights @ value.double(), "attention_weights": weights}


def node_cases():
    x = torch.randn(2, 3, 5)
    a, b = torch.randn(2, 1, 3, 5), torch.randn(4, 5, 7)
    q, k, v = torch.randn(2, 5, 3, 7), torch.randn(2, 5, 6, 7), torch.randn(2, 5, 6, 5)
    image = torch.randn(2, 3, 11, 14)
    table = nn.Embedding(9, 5).weight
    return [
        layer("linear", {"in_features": 5, "out_features": 7, "bias": True}, nn.Linear(5, 7), x),
        layer("linear", {"in_features": 5, "out_features": 1, "bias": False}, nn.Linear(5, 1, bias=False), x[0, 0]),
        layer("layer_norm", {"normalized_shape": 5, "eps": 1e-5, "elementwise_affine": True}, nn.LayerNorm(5), 3 * x + 1),
        layer("layer_norm", {"normalized_shape": 5, "eps": 0.1, "elementwise_affine": False},
              nn.LayerNorm(5, eps=0.1, elementwise_affine=False), x),
        layer("gelu", {"approximate": "none"}, nn.GELU(), 4 * x),
        layer("gelu", {"approximate": "tanh"}, nn.GELU(approximate="tanh"), 4 * x),
        layer("dropout", {"p": 0.4}, nn.Dropout(0.4), x),
        layer("patchify", {"num_channels": 3, "embed_dim": 7, "patch_size": 5, "bias": True},
              nn.Conv2d(3, 7, 5, stride=5), image),
        layer("patchify", {"num_channels": 3, "embed_dim": 2, "patch_size": 3, "bias": False},
              nn.Conv2d(3, 2, 3, stride=3, bias=False), image),
        case("position_embedding", {"num_patches": 9, "embed_dim": 5}, {}, {"output": table}, {"weight": table}),
        case("add", {"value": 0}, {"a": x, "b": x.flip(0)}, {"output": x.double() + x.flip(0).double()}),
        case("add", {"value": 0}, {"a": x[0], "b": x}, {"output": x[0].double() + x.double()}),
        case("add", {"value": 0}, {"a": x[:, :1], "b": x[0, :, :1]}, {"output": x[:, :1].double() + x[0, :, :1].double()}),
        case("add", {"value": 0.25}, {"a": x}, {"output": x.double() + 0.25}),
        case("multiply", {"value": 1}, {"a": x, "b": x[0, 0]}, {"output": x.double() * x[0, 0].double()}),
        case("multiply", {"value": 0.125}, {"a": x}, {"output": x.double() * 0.125}),
        case("matmul", {}, {"a": a, "b": b}, {"output": a.double() @ b.double()}),
        case("matmul", {}, {"a": x, "b": b[0]}, {"output": x.double() @ b[0].double()}),
        case("matmul", {}, {"a": x, "b": b[0, :, 0]}, {"output": x.double() @ b[0, :, 0].double()}),
        case("matmul", {}, {"a": x[0, 0], "b": b}, {"output": x[0, 0].double() @ b.double()}),
        case("matmul", {}, {"a": x[0, 0], "b": b[0, :, 0]}, {"output": x[0, 0].double() @ b[0, :, 0].double()}),
        case("softmax", {"dim": -1}, {"input": 5 * x}, {"output": (5 * x).double().softmax(-1)}),
        case("softmax", {"dim": 1}, {"input": x + 1000}, {"output": (x + 1000).double().softmax(1)}),
        case("scaled_dot_product_attention", {"scale": 0}, {"query": q, "key": k, "value": v}, attention(q, k, v, 7**-0.5)),
        case("scaled_dot_product_attention", {"scale": 0.5}, {"query": q[0, 0], "key": k[0, 0], "value": v[0, 0]},
             attention(q[0, 0], k[0, 0], v[0, 0], 0.5)),
        case("mean_pool", {"dim": 1, "keepdim": False}, {"input": x}, {"output": x.double().mean(1)}),
        case("mean_pool", {"dim": -3, "keepdim": True}, {"input": x}, {"output": x.double().mean(0, keepdim=True)}),
        case("reshape", {"shape": "5, rows=-1"}, {"input": x}, {"output": x.reshape(5, -1)}),
        case("reshape", {"shape": "input.shape[0], input.shape[2] * 3"}, {"input": x}, {"output": x.reshape(2, 15)}),
        case("transpose", {"dim0": 0, "dim1": -1}, {"input": x}, {"output": x.transpose(0, -1)}),
        case("transpose", {"dim0": -2, "dim1": -1}, {"input": x}, {"output": x.transpose(-2, -1)}),
        case("constant", {"value": 0.75, "shape": "2, 3"}, {}, {"output": torch.full((2, 3), 0.75)}),
        case("constant", {"value": -2.5, "shape": ""}, {}, {"output": torch.tensor(-2.5)}),
    ]


def masked_scatter(mask, rows):
    """Per sequence, as the notebook places image features at image tokens."""
    placed = torch.zeros(*mask.shape, rows.shape[-1], dtype=rows.dtype)
    for sequence, places in enumerate(mask):
        positions = places.nonzero().squeeze(-1)[:rows.shape[1]]
        placed[sequence, positions] = rows[sequence, :len(positions)]
    return {"output": placed.double()}


def rms_norm(x, weight, eps):
    scaled = x.double() * (x.double().pow(2).mean(-1, keepdim=True) + eps).rsqrt()
    return {"output": scaled * weight.double()}


def lstm(inputs, hidden, x):
    module = nn.LSTM(inputs, hidden, batch_first=True)
    weights = {name: value.clone() for name, value in module.state_dict().items()}
    output, (h_n, c_n) = module.double()(x.double())
    params = {"input_size": inputs, "hidden_size": hidden}
    return case("lstm", params, {"input": x}, {"output": output, "h_n": h_n, "c_n": c_n}, weights)


def elementwise_cases():
    x = 3 * torch.randn(2, 3, 5)
    positive, large = x.abs() + 0.1, torch.tensor([-200.0, -20.0, -1e-4, 0.0, 1e-4, 20.0, 200.0])
    functions = {
        "exp": (x, torch.exp), "log": (positive, torch.log), "sqrt": (positive, torch.sqrt), "negate": (x, torch.neg),
        "relu": (x, torch.relu), "sigmoid": (x, torch.sigmoid), "tanh": (x, torch.tanh),
    }
    cases = [case(name, {}, {"input": y}, {"output": function(y.double())}) for name, (y, function) in functions.items()]
    cases += [case("log_sigmoid", {}, {"input": y}, {"output": F.logsigmoid(y.double())}) for y in (x, large)]
    a, b = x, torch.randn(3, 1)
    arithmetic = {"subtract": torch.sub, "divide": torch.div}
    cases += [case(name, {"value": 0}, {"a": a, "b": b}, {"output": f(a.double(), b.double())}) for name, f in arithmetic.items()]
    cases += [case(name, {"value": 0.5}, {"a": a}, {"output": f(a.double(), 0.5)}) for name, f in arithmetic.items()]
    cases += [
        case("power", {"value": 0}, {"a": positive, "b": b}, {"output": positive.double() ** b.double()}),
        case("power", {"value": 2}, {"a": a}, {"output": a.double() ** 2}),
        case("power", {"value": -1}, {"a": a}, {"output": a.double() ** -1}),
    ]
    ids, mask, other = torch.randint(0, 4, (2, 5)), torch.rand(2, 5) < 0.5, torch.rand(5) < 0.5
    cases += [
        case("compare", {"comparison": "equal", "value": 2}, {"a": ids}, {"output": ids == 2}),
        case("compare", {"comparison": "not_equal", "value": 0}, {"a": ids, "b": ids[0]}, {"output": ids != ids[0]}),
        case("compare", {"comparison": "less", "value": 0.5}, {"a": x}, {"output": x < 0.5}),
        case("compare", {"comparison": "greater_equal", "value": 0}, {"a": x, "b": b}, {"output": x >= b}),
        case("logical_and", {}, {"a": mask, "b": other}, {"output": mask & other}),
        case("logical_or", {}, {"a": mask, "b": other}, {"output": mask | other}),
        case("logical_not", {}, {"input": mask}, {"output": ~mask}),
        case("where", {"value": 0}, {"condition": mask[:, :3, None], "a": x, "b": b},
             {"output": torch.where(mask[:, :3, None], x, b).double()}),
        case("where", {"value": -1e9}, {"condition": other, "a": x}, {"output": x.double().masked_fill(~other, -1e9)}),
    ]
    return cases


def tensor_cases():
    x, y, ids = torch.randn(2, 3, 5), torch.randn(2, 4, 5), torch.randint(0, 9, (2, 6))
    reductions = {"mean": torch.mean, "sum": torch.sum, "max": torch.amax, "min": torch.amin}
    cases = []
    for name, reduce in reductions.items():
        cases += [
            case(name, {"dim": -1, "keepdim": False, "all": False}, {"input": x}, {"output": reduce(x.double(), -1)}),
            case(name, {"dim": 1, "keepdim": True, "all": False}, {"input": x}, {"output": reduce(x.double(), 1, keepdim=True)}),
            case(name, {"dim": 0, "keepdim": False, "all": True}, {"input": x}, {"output": reduce(x.double(), (0, 1, 2))}),
        ]
    return cases + [
        case("concat", {"dim": 1}, {"a": x, "b": y}, {"output": torch.cat([x, y], 1)}),
        case("concat", {"dim": -3}, {"a": x, "b": x[:1], "c": x, "d": 2 * x}, {"output": torch.cat([x, x[:1], x, 2 * x])}),
        case("slice", {"dim": 1, "start": 1, "stop": 0, "step": 1}, {"input": y}, {"output": y[:, 1:]}),
        case("slice", {"dim": -1, "start": -4, "stop": -1, "step": 2}, {"input": y}, {"output": y[..., -4:-1:2]}),
        case("slice", {"dim": 0, "start": 1, "stop": 99, "step": 1}, {"input": ids}, {"output": ids[1:]}),
        case("split", {"dim": 1, "size": 3}, {"input": y}, {"first": y[:, :3], "second": y[:, 3:]}),
        case("select", {"dim": 1, "index": -1}, {"input": y}, {"output": y[:, -1]}),
        case("select", {"dim": 0, "index": 1}, {"input": ids}, {"output": ids[1]}),
        case("argmax", {"dim": -1, "keepdim": False}, {"input": x}, {"output": x.argmax(-1)}),
        case("argmax", {"dim": 1, "keepdim": True}, {"input": x}, {"output": x.argmax(1, keepdim=True)}),
        case("top_k", {"k": 3}, {"input": y}, dict(zip(("values", "indices"), y.topk(3)))),
        case("flatten", {"start_dim": 0, "end_dim": 1}, {"input": x}, {"output": x.flatten(0, 1)}),
        case("flatten", {"start_dim": 1, "end_dim": -1}, {"input": x}, {"output": x.flatten(1)}),
        case("arange", {"dim": 1}, {"input": x}, {"output": torch.arange(3)}),
        case("eye", {}, {"input": x}, {"output": torch.eye(3, 5)}),
        case("parameter", {"shape": "2, 3", "init": "normal", "value": 1}, {}, {"output": x[:, :, 0]}, {"": x[:, :, 0]}),
        case("causal_mask", {"dim": 1}, {"input": ids}, {"mask": torch.ones(6, 6).tril().bool()}),
    ]


def language_cases():
    x, table, ids = torch.randn(2, 3, 5), torch.randn(9, 5), torch.randint(0, 9, (2, 6))
    weight, bias = torch.randn(4, 5), torch.randn(4)
    mask, rows = torch.rand(3, 7) < 0.5, torch.randn(3, 3, 2)
    logits, labels = 4 * torch.randn(4, 6), torch.randint(0, 6, (4,))
    query, key, causal = torch.randn(2, 3, 4, 5), torch.randn(2, 3, 4, 5), torch.ones(4, 4).tril().bool()
    norm = torch.randn(5)
    cases = [
        case("embedding", {"num_embeddings": 9, "embedding_dim": 5}, {"ids": ids}, {"output": F.embedding(ids, table)}, {"weight": table}),
        case("embedding", {"num_embeddings": 9, "embedding_dim": 5}, {"ids": ids[0, 0]}, {"output": table[ids[0, 0]]}, {"weight": table}),
        case("functional_linear", {}, {"input": x, "weight": weight, "bias": bias},
             {"output": F.linear(x.double(), weight.double(), bias.double())}),
        case("functional_linear", {}, {"input": x, "weight": weight}, {"output": F.linear(x.double(), weight.double())}),
        case("l2_normalize", {"dim": -1, "eps": 1e-12}, {"input": x}, {"output": F.normalize(x.double(), dim=-1)}),
        case("l2_normalize", {"dim": 1, "eps": 5}, {"input": x}, {"output": F.normalize(x.double(), dim=1, eps=5)}),
        case("rms_norm", {"normalized_shape": 5, "eps": 0.01, "elementwise_affine": True}, {"input": x}, rms_norm(x, norm, 0.01),
             {"weight": norm}),
        case("rms_norm", {"normalized_shape": 5, "eps": 1e-6, "elementwise_affine": False}, {"input": x},
             rms_norm(x, torch.ones(5), 1e-6)),
        lstm(5, 3, 2 * x),
        lstm(5, 4, x[:1, :1]),
        case("masked_scatter", {}, {"mask": mask, "rows": rows}, masked_scatter(mask, rows)),
        case("masked_scatter", {}, {"mask": torch.ones(3, 2).bool(), "rows": rows}, masked_scatter(torch.ones(3, 2).bool(), rows)),
        case("masked_scatter", {}, {"mask": torch.zeros(3, 2).bool(), "rows": rows}, masked_scatter(torch.zeros(3, 2).bool(), rows)),
        case("scaled_dot_product_attention", {"scale": 0}, {"query": query, "key": key, "value": key, "mask": causal},
             attention(query, key, key, 5**-0.5, causal)),
    ]
    for reduction in ("mean", "sum", "none"):
        loss = F.cross_entropy(logits.double(), labels, reduction=reduction)
        cases.append(case("cross_entropy", {"reduction": reduction}, {"logits": logits, "labels": labels}, {"loss": loss}))
    return cases


def imported_cases():
    """Of what models from elsewhere are made of, beside the nodes above."""
    x, token, positions = torch.randn(3, 4, 5), torch.randn(1, 1, 5), torch.tensor([3, 0, 1])
    rows = torch.tensor([[2, 0], [1, 1]])
    return [
        case("quick_gelu", {}, {"input": 4 * x}, {"output": 4 * x.double() * torch.sigmoid(1.702 * 4 * x.double())}),
        case("expand", {"shape": "like.shape[0], 1, 5"}, {"input": token, "like": x}, {"output": token.expand(3, 1, 5)}),
        case("expand", {"shape": "2, -1, input.shape[1] * 4, -1"}, {"input": x[:, :1]}, {"output": x[:, :1].expand(2, -1, 4, -1)}),
        case("take_at", {}, {"input": x, "positions": positions}, {"output": x[torch.arange(3), positions]}),
        case("take_rows", {}, {"table": x, "indices": rows}, {"output": x[rows]}),
        case("cast", {"dtype": "i32"}, {"input": 3 * x}, {"output": (3 * x).to(torch.int64)}),
        case("cast", {"dtype": "f32"}, {"input": rows}, {"output": rows.to(torch.float32)}),
        case("cast", {"dtype": "bool"}, {"input": rows}, {"output": rows.to(torch.bool)}),
    ]
