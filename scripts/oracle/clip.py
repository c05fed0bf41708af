"""CLIP with its two losses, in plain torch.nn: what template:clip and its kin are compared with."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from vision import VisionTransformer


class CLIP(nn.Module):
    def __init__(self, vocab_size, text_dim, projection_dim, **vision):
        super().__init__()
        self.vision_encoder = VisionTransformer(**vision)
        self.text_encoder = nn.Sequential(nn.Embedding(vocab_size, text_dim), nn.LSTM(text_dim, text_dim, batch_first=True))
        self.vision_projection = nn.Linear(vision["embed_dim"], projection_dim)
        self.text_projection = nn.Linear(text_dim, projection_dim)
        self.temperature = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def encode_image(self, pixel_values):
        features = self.vision_encoder(pixel_values)["features"]
        return F.normalize(self.vision_projection(features.mean(1)), dim=-1)

    def encode_text(self, input_ids):
        _, (h_n, _) = self.text_encoder(input_ids)
        return F.normalize(self.text_projection(h_n[-1]), dim=-1)

    def forward(self, pixel_values, input_ids):
        image_embeds, text_embeds = self.encode_image(pixel_values), self.encode_text(input_ids)
        logits = image_embeds @ text_embeds.T * self.temperature.exp()
        return {"image_embeds": image_embeds, "text_embeds": text_embeds, "logits_per_image": logits, "logits_per_text": logits.T}


def losses(logits):
    """CLIP's loss and SigLIP's of one matrix of scores, whose pairs stand on the diagonal."""
    pairs = torch.arange(len(logits))
    signs = 2 * torch.eye(len(logits), dtype=logits.dtype) - 1
    contrastive = (F.cross_entropy(logits, pairs) + F.cross_entropy(logits.T, pairs)) / 2
    # Both directions ask the same questions, so their means are one.
    return {"clip_loss": contrastive, "siglip_loss": -F.logsigmoid(signs * logits).mean()}


class WithLosses(CLIP):
    def forward(self, pixel_values, input_ids):
        """Every output of template:clip by its name."""
        outputs = super().forward(pixel_values, input_ids)
        return outputs | losses(outputs["logits_per_image"])


def clip(batch, text_len, **sizes):
    """The model, then its inputs, drawn in this order from the generator."""
    model = WithLosses(**sizes)
    pixel_values = torch.randn(batch, sizes["num_channels"], sizes["image_size"], sizes["image_size"])
    return model, {"pixel_values": pixel_values, "input_ids": torch.randint(0, sizes["vocab_size"], (batch, text_len))}
