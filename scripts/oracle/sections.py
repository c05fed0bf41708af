"""Smaller systems, each what one template shows of a larger one."""
import torch
from torch import nn

from vision import PatchEmbedding, VisionTransformer
from vlm import MultiModalProjector


class Patches(PatchEmbedding):
    def forward(self, pixel_values):
        """Every output of template:patch_embedding by its name."""
        return {"patches": super().forward(pixel_values)}


def patch_embedding(batch, image_size, patch_size, num_channels, embed_dim):
    model = Patches(patch_size, num_channels, embed_dim)
    return model, {"pixel_values": torch.randn(batch, num_channels, image_size, image_size)}


class Projector(nn.Module):
    def __init__(self, text_hidden_size, **vision):
        super().__init__()
        self.vision_encoder = VisionTransformer(**vision)
        self.projector = MultiModalProjector(vision["embed_dim"], text_hidden_size)

    def forward(self, pixel_values):
        """Every output of template:projector by its name."""
        features = self.vision_encoder(pixel_values)["features"]
        return {"features": features, "projected": self.projector(features)}


def projector(batch, **sizes):
    model = Projector(**sizes)
    pixel_values = torch.randn(batch, sizes["num_channels"], sizes["image_size"], sizes["image_size"])
    return model, {"pixel_values": pixel_values}


class CausalWeights(nn.Module):
    def forward(self, scores):
        """Every output of template:cross_modal_attention by its name."""
        later = torch.ones_like(scores).triu(1).bool()
        return {"attention_weights": scores.masked_fill(later, float("-inf")).softmax(-1)}


def cross_modal_attention(image_tokens, text_len):
    length = image_tokens + text_len
    return CausalWeights(), {"scores": torch.rand(length, length)}
