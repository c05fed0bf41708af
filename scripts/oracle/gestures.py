"""What PyTorch computes for the attention that e2e/gestures.spec.ts wires by hand.

    /usr/bin/python3 scripts/oracle/gestures.py

Weights are drawn in the order of construction from seed 0, what is attended to from seed 1; computed in float64.
"""
import json
import pathlib

import torch

from vision import VisionAttention

FILE = pathlib.Path(__file__).parent.parent.parent / "e2e" / "goldens" / "vision-attention.json"
COMMAND = "/usr/bin/python3 scripts/oracle/gestures.py"
EMBED_DIM, NUM_HEADS, PATCHES = 32, 4, 8

torch.manual_seed(0)
attention = VisionAttention(EMBED_DIM, NUM_HEADS).double()
hidden_states = torch.randn(1, PATCHES, EMBED_DIM, generator=torch.Generator().manual_seed(1))
with torch.no_grad():
    attended, weights = attention(hidden_states.double())
golden = {
    "command": COMMAND,
    "torch": torch.__version__,
    "attended": attended.tolist(),
    "attention_weights": weights.tolist(),
}
FILE.parent.mkdir(exist_ok=True)
FILE.write_text(json.dumps(golden) + "\n")
