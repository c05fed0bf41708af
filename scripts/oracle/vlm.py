"""Token merging and the vision-language model in plain torch.nn: what template:merge and template:vlm are compared with."""
import torch
from torch import nn

from vision import VisionTransformer

PAD = 0


def merge(image_features, text_embeddings, input_ids, image_token_id):
    """Image features, scaled, at the image tokens in their order; zeros where they run out and at padding; words elsewhere."""
    is_image = (input_ids == image_token_id).unsqueeze(-1)
    is_text = ~is_image & (input_ids != PAD).unsqueeze(-1)
    patches, width = image_features.shape[1:]
    # One row of zeros more, for image tokens without a patch.
    rows = torch.cat([image_features / width**0.5, image_features.new_zeros(len(image_features), 1, width)], dim=1)
    order = (is_image.long().cumsum(1) - 1).clamp(0, patches).expand(-1, -1, width)
    return torch.where(is_text, text_embeddings, torch.where(is_image, rows.gather(1, order), rows.new_zeros(())))


def image_then_text(batch, image_tokens, text_len, image_token_id, pad=0):
    """Ids [batch, image_tokens + text_len]: the image token repeated, random text, and the last `pad` of it padding."""
    text = torch.randint(1, image_token_id, (batch, text_len))
    text[:, text_len - pad:] = PAD
    return torch.cat([torch.full((batch, image_tokens), image_token_id), text], dim=1)


class Merge(nn.Module):
    def __init__(self, image_token_id):
        super().__init__()
        self.image_token_id = image_token_id

    def forward(self, image_features, text_embeddings, input_ids):
        """Every output of template:merge by its name."""
        return {"merged": merge(image_features, text_embeddings, input_ids, self.image_token_id)}


class MultiModalProjector(nn.Module):
    def __init__(self, vision_hidden_size, text_hidden_size):
        super().__init__()
        self.linear = nn.Linear(vision_hidden_size, text_hidden_size)

    def forward(self, features):
        return self.linear(features)


class VLM(nn.Module):
    def __init__(self, hidden_size, num_heads_text, num_layers, vocab_size, image_token_id, **vision):
        super().__init__()
        self.vision_encoder = VisionTransformer(**vision)
        self.projector = MultiModalProjector(vision["embed_dim"], hidden_size)
        self.text_embeddings = nn.Embedding(vocab_size, hidden_size)
        layer = nn.TransformerDecoderLayer(hidden_size, num_heads_text, hidden_size * 4, batch_first=True)
        self.decoder = nn.TransformerDecoder(layer, num_layers)
        self.lm_head = nn.Linear(hidden_size, vocab_size)
        self.image_token_id = image_token_id

    def forward(self, pixel_values, input_ids):
        """The output of template:vlm by its name, and attention weights per head by the paths under which it can be tapped."""
        features = self.projector(self.vision_encoder(pixel_values)["features"])
        merged = merge(features, self.text_embeddings(input_ids), input_ids, self.image_token_id)
        mask = torch.full((merged.shape[1],) * 2, float("-inf"), dtype=merged.dtype).triu(1)
        hidden, weights = merged, {}
        for index, layer in enumerate(self.decoder.layers):
            weights |= attention_weights(f"decoder.layers.{index}", layer, hidden, merged, mask)
            hidden = layer(hidden, merged, tgt_mask=mask)
        torch.testing.assert_close(hidden, self.decoder(merged, merged, tgt_mask=mask))
        return {"logits": self.lm_head(hidden), "merge.merged": merged, **weights}


def attention_weights(path, layer, hidden, memory, mask):
    """What the layer's two attentions look at, which the layer itself does not give out."""
    attended, own = layer.self_attn(hidden, hidden, hidden, attn_mask=mask, average_attn_weights=False)
    query = layer.norm1(hidden + attended)
    _, cross = layer.multihead_attn(query, memory, memory, average_attn_weights=False)
    return {
        f"{path}.self_attn.attention_weights": own,
        f"{path}.self_attn.attn_output_weights": own.mean(1),
        f"{path}.multihead_attn.attention_weights": cross,
    }


def merging(batch, num_patches, image_tokens, text_len, hidden_size, image_token_id, pad):
    """No weights: features and word vectors are drawn in this order, then the ids."""
    features = torch.randn(batch, num_patches, hidden_size)
    text = torch.randn(batch, image_tokens + text_len, hidden_size)
    ids = image_then_text(batch, image_tokens, text_len, image_token_id, pad)
    return Merge(image_token_id), {"image_features": features, "text_embeddings": text, "input_ids": ids}


def vlm(batch, image_tokens, text_len, **sizes):
    """The model, then its inputs, drawn in this order from the generator."""
    model = VLM(**sizes)
    pixel_values = torch.randn(batch, sizes["num_channels"], sizes["image_size"], sizes["image_size"])
    return model, {"pixel_values": pixel_values, "input_ids": image_then_text(batch, image_tokens, text_len, sizes["image_token_id"])}
