"""Smaller systems, each what one template shows of a larger one."""
import torch
from torch import nn

from clip import CLIP, losses
from vision import PatchEmbedding, VisionTransformer
from vlm import MultiModalProjector


class Patches(PatchEmbedding):
    def forward(self, pixel_values):
        """Every output of template:patch_embedding by its name."""
        return {"patches": super().forward(pixel_values)}


def patch_embedding(batch, image_size, patch_size, num_channels, embed_dim):
    model = Patches(patch_size, num_channels, embed_dim)
    return model, {"pixel_values": torch.randn(batch, num_channels, image_size, image_size)}


def wave(image_size, patch_size, embed_dim, **_):
    """template:patch_embedding on the picture that the lesson cuts into patches: sin 5x · cos 5y, x and y from 0 to 1."""
    axis = torch.linspace(0, 1, image_size, dtype=torch.float64)
    picture = (5 * axis).sin() * (5 * axis).cos()[:, None]  # height, width
    return Patches(patch_size, 1, embed_dim), {"pixel_values": picture.float()[None, None]}


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


class CrossModalAttention(nn.Module):
    """A causal pattern of given scores, and the attention of a layer, of which the names in the template are the outputs."""

    def __init__(self, embed_dim, num_heads):
        super().__init__()
        self.layer = nn.MultiheadAttention(embed_dim, num_heads, batch_first=True)

    def forward(self, scores, patches, words):
        """Every output of template:cross_modal_attention by its name."""
        later = torch.ones_like(scores).triu(1).bool()
        sequence = torch.cat([patches, words], dim=1)
        output, per_head = self.layer(sequence, sequence, sequence, attn_mask=later, average_attn_weights=False)
        _, average = self.layer(sequence, sequence, sequence, attn_mask=later)
        return {
            "attention_weights": scores.masked_fill(later, float("-inf")).softmax(-1),
            "layer_attention": per_head,
            "layer_average": average,
            "layer.attn_output": output,
        }


def cross_modal_attention(image_tokens, text_len, embed_dim, num_heads):
    model = CrossModalAttention(embed_dim, num_heads)
    length = image_tokens + text_len
    patches, words = torch.randn(1, image_tokens, embed_dim), torch.randn(1, text_len, embed_dim)
    return model, {"scores": torch.rand(length, length), "patches": patches, "words": words}


class SigLIP(nn.Module):
    def __init__(self, **sizes):
        super().__init__()
        self.model = CLIP(**sizes)

    def forward(self, pixel_values, input_ids):
        """Every output of template:siglip by its name."""
        logits = self.model(pixel_values, input_ids)["logits_per_image"]
        return losses(logits) | {"softmax_per_image": logits.softmax(1), "probability": logits.sigmoid()}


class ZeroShot(SigLIP):
    def forward(self, pixel_values, class_names):
        """Every output of template:zero_shot by its name."""
        probabilities = self.model(pixel_values, class_names)["logits_per_image"].softmax(-1)
        best, ids = probabilities.topk(3)
        return {"probabilities": probabilities, "class_probabilities": best, "class_ids": ids}


class Retrieval(SigLIP):
    def forward(self, pixel_values, input_ids):
        """Every output of template:retrieval by its name."""
        logits = self.model(pixel_values, input_ids)["logits_per_image"]
        scores, ids = logits.T.topk(3)
        hits = logits.argmax(1) == torch.arange(len(logits))
        return {"picture_scores": scores, "picture_ids": ids, "recall_at_1": hits.double().mean()}


def pairs(build, texts="input_ids"):
    """A system that compares pictures with sentences: as many of each, or `classes` sentences."""

    def system(batch, text_len, classes=None, **sizes):
        model = build(**sizes)
        pixel_values = torch.randn(batch, sizes["num_channels"], sizes["image_size"], sizes["image_size"])
        return model, {"pixel_values": pixel_values, texts: torch.randint(0, sizes["vocab_size"], (classes or batch, text_len))}

    return system
