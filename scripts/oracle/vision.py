"""A Vision Transformer in plain torch.nn: what template:vit is compared with.

Attribute names are the template's instance names, so that state_dict keys are its weights' paths; the order of
construction is the template's, so that one seed draws the same weights in both.
"""
import torch
from torch import nn


class PatchEmbedding(nn.Module):
    def __init__(self, patch_size, num_channels, embed_dim):
        super().__init__()
        self.patch_embedding = nn.Conv2d(num_channels, embed_dim, patch_size, stride=patch_size)

    def forward(self, pixel_values):
        return self.patch_embedding(pixel_values).flatten(2).transpose(1, 2)  # batch, patches, embed_dim


class VisionEmbeddings(nn.Module):
    def __init__(self, image_size, patch_size, num_channels, embed_dim):
        super().__init__()
        self.patch_embedding = PatchEmbedding(patch_size, num_channels, embed_dim)
        self.position_embedding = nn.Embedding((image_size // patch_size) ** 2, embed_dim)

    def forward(self, pixel_values):
        return self.patch_embedding(pixel_values) + self.position_embedding.weight


class VisionAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj = nn.Linear(embed_dim, embed_dim)
        self.k_proj = nn.Linear(embed_dim, embed_dim)
        self.v_proj = nn.Linear(embed_dim, embed_dim)
        self.out_proj = nn.Linear(embed_dim, embed_dim)

    def forward(self, hidden):
        def heads(projected):
            return projected.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)  # batch, num_heads, patches, head_dim

        query, key, value = heads(self.q_proj(hidden)), heads(self.k_proj(hidden)), heads(self.v_proj(hidden))
        weights = (query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5).softmax(-1)
        return self.out_proj((weights @ value).transpose(1, 2).flatten(2)), weights


class VisionMLP(nn.Module):
    def __init__(self, embed_dim, mlp_ratio):
        super().__init__()
        self.fc1 = nn.Linear(embed_dim, int(embed_dim * mlp_ratio))
        self.fc2 = nn.Linear(int(embed_dim * mlp_ratio), embed_dim)

    def forward(self, hidden):
        return self.fc2(nn.functional.gelu(self.fc1(hidden)))


class VisionTransformerBlock(nn.Module):
    def __init__(self, embed_dim, num_heads, mlp_ratio):
        super().__init__()
        self.norm1 = nn.LayerNorm(embed_dim)
        self.attention = VisionAttention(embed_dim, num_heads)
        self.norm2 = nn.LayerNorm(embed_dim)
        self.mlp = VisionMLP(embed_dim, mlp_ratio)

    def forward(self, hidden):
        hidden = hidden + self.attention(self.norm1(hidden))[0]
        return hidden + self.mlp(self.norm2(hidden))


class VisionTransformer(nn.Module):
    def __init__(self, image_size, patch_size, num_channels, embed_dim, depth, num_heads, mlp_ratio):
        super().__init__()
        self.embeddings = VisionEmbeddings(image_size, patch_size, num_channels, embed_dim)
        self.blocks = nn.ModuleList([VisionTransformerBlock(embed_dim, num_heads, mlp_ratio) for _ in range(depth)])
        self.norm = nn.LayerNorm(embed_dim)

    def forward(self, pixel_values):
        """Every output of template:vit by its name."""
        embeddings = self.embeddings(pixel_values)
        attended, attention_weights = self.blocks[0].attention(embeddings)
        hidden = embeddings
        for block in self.blocks:
            hidden = block(hidden)
        return {
            "patches": self.embeddings.patch_embedding(pixel_values),
            "embeddings": embeddings,
            "attended": attended,
            "attention_weights": attention_weights,
            "features": self.norm(hidden),
        }


def vit(batch, **sizes):
    """The model, then its input, drawn in this order from the generator."""
    model = VisionTransformer(**sizes)
    pixel_values = torch.randn(batch, sizes["num_channels"], sizes["image_size"], sizes["image_size"])
    return model, {"pixel_values": pixel_values}
