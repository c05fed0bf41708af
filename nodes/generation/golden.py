#!/usr/bin/env python3
"""Writes which tokens PyTorch draws from logits after temperature, top-k and top-p, for the tests of nodes/generation.

    /usr/bin/python3 nodes/generation/golden.py > nodes/generation/golden.json && oxfmt nodes/generation/golden.json     (torch 1.13.1)

One generator per case, from the case's seed; its draws follow one another.
"""
import json
import torch


def filtered(logits, temperature, top_k, top_p):
    logits = logits / temperature
    if top_k:
        smallest = torch.topk(logits, min(top_k, len(logits))).values[-1]
        logits = logits.masked_fill(logits < smallest, float("-inf"))
    if top_p < 1:
        order = torch.sort(logits, descending=True)
        likely = torch.softmax(order.values, -1)
        dropped = likely.cumsum(-1) - likely >= top_p
        logits = logits.masked_fill(torch.zeros_like(dropped).scatter(0, order.indices, dropped), float("-inf"))
    return torch.softmax(logits, -1)


SETTINGS = [(1.0, 0, 1.0), (0.7, 10, 1.0), (1.3, 0, 0.9), (2.0, 20, 0.5), (0.05, 3, 0.99)]

cases = []
for seed, size in [(0, 2), (0, 5), (1, 48), (7, 257), (2**31 + 5, 33)]:
    torch.manual_seed(size)
    logits = torch.randn(size) * 3
    generator = torch.Generator().manual_seed(seed)
    draws = []
    for temperature, top_k, top_p in SETTINGS:
        p = filtered(logits, temperature, top_k, top_p)
        tokens = [torch.multinomial(p, 1, generator=generator).item() for _ in range(12)]
        draws.append(dict(temperature=temperature, topK=top_k, topP=top_p, tokens=tokens))
    cases.append(dict(seed=seed, logits=logits.tolist(), greedy=logits.argmax().item(), draws=draws))
print(json.dumps(dict(torch=torch.__version__, cases=cases)))
