"""One Python process that computes with PyTorch what the tests ask for.

Reads a request a line from stdin, {"system": "vit", "seed": 0, "sizes": {...}, "file": "/tmp/x.safetensors"}, and answers
each with a line: {"ok": true} or {"ok": false, "error": "..."}. The file holds what PyTorch drew from the seed as float32,
`weight/<state_dict key>` and `input/<name>`, and what it computed from that in float64, `output/<name>`, saved as float64.
"""
import json
import sys

import torch

from clip import clip
from generation import language_model, writer
from huggingface import huggingface
from safetensors import save
from sections import Retrieval, SigLIP, ZeroShot, cross_modal_attention, pairs, patch_embedding, projector, wave
from vision import vit
from vlm import merging, vlm

SYSTEMS = {
    "vit": vit,
    "patch_embedding": patch_embedding,
    "wave": wave,
    "clip": clip,
    "siglip": pairs(SigLIP),
    "zero_shot": pairs(ZeroShot, texts="class_names"),
    "retrieval": pairs(Retrieval),
    "projector": projector,
    "merge": merging,
    "cross_modal_attention": cross_modal_attention,
    "vlm": vlm,
    "language_model": language_model,
    "writer": writer,
    "huggingface": huggingface,
}


def answer(request):
    torch.manual_seed(request["seed"])
    model, inputs = SYSTEMS[request["system"]](**request["sizes"])
    model.eval()
    tensors = {f"weight/{key}": value.clone() for key, value in model.state_dict().items()}
    tensors |= {f"input/{name}": value for name, value in inputs.items()}
    exact = {name: value.double() if value.is_floating_point() else value for name, value in inputs.items()}
    with torch.no_grad():
        outputs = model.double()(**exact)
    tensors |= {f"output/{name}": value for name, value in outputs.items()}
    save(tensors, request["file"])
    return {"ok": True}


print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # The process serves the whole suite: one bad request must not end it.
        reply = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
