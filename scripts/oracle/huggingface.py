"""ViT, CLIP and SigLIP as published, in plain torch.nn, under the names that Hugging Face's checkpoints have.

Written from the papers and the published descriptions of the three models: what `patchbay import` is compared with. A
model is made of its config.json as a dict; every key that it reads must be there.
"""
import torch
from torch import nn
from torch.nn import functional as F

ACTIVATIONS = {
    "gelu": F.gelu,
    "gelu_new": lambda x: F.gelu(x, approximate="tanh"),
    "gelu_pytorch_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
    "relu": F.relu,
}


def attend(query, key, value, heads, causal=False):
    """Every head by itself, in a loop: slow, and plain to see."""
    outputs = []
    for q, k, v in zip(*(part.chunk(heads, -1) for part in (query, key, value))):
        scores = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
        if causal:
            ahead = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
            scores = scores.masked_fill(ahead, float("-inf"))
        outputs.append(scores.softmax(-1) @ v)
    return torch.cat(outputs, -1)


def tree(**children):
    """A module that only groups others under their names."""
    module = nn.Module()
    for name, child in children.items():
        setattr(module, name, child)
    return module


class ViTLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        width, wide = c["hidden_size"], c["intermediate_size"]
        maps = {name: nn.Linear(width, width, bias=c["qkv_bias"]) for name in ("query", "key", "value")}
        self.attention = tree(attention=tree(**maps), output=tree(dense=nn.Linear(width, width)))
        self.intermediate, self.output = tree(dense=nn.Linear(width, wide)), tree(dense=nn.Linear(wide, width))
        self.layernorm_before = nn.LayerNorm(width, c["layer_norm_eps"])
        self.layernorm_after = nn.LayerNorm(width, c["layer_norm_eps"])
        self.heads, self.act = c["num_attention_heads"], ACTIVATIONS[c["hidden_act"]]

    def forward(self, x):
        y, maps = self.layernorm_before(x), self.attention.attention
        x = x + self.attention.output.dense(attend(maps.query(y), maps.key(y), maps.value(y), self.heads))
        return x + self.output.dense(self.act(self.intermediate.dense(self.layernorm_after(x))))


class ViTModel(nn.Module):
    def __init__(self, c, pooled):
        super().__init__()
        width, patch = c["hidden_size"], c["patch_size"]
        conv = nn.Conv2d(c["num_channels"], width, patch, patch)
        self.embeddings = tree(patch_embeddings=tree(projection=conv))
        self.embeddings.cls_token = nn.Parameter(torch.randn(1, 1, width))
        self.embeddings.position_embeddings = nn.Parameter(torch.randn(1, (c["image_size"] // patch) ** 2 + 1, width))
        self.encoder = tree(layer=nn.ModuleList(ViTLayer(c) for _ in range(c["num_hidden_layers"])))
        self.layernorm = nn.LayerNorm(width, c["layer_norm_eps"])
        if pooled:
            self.pooler = tree(dense=nn.Linear(width, width))

    def forward(self, pixel_values):
        table = self.embeddings
        patches = table.patch_embeddings.projection(pixel_values).flatten(2).transpose(1, 2)
        x = torch.cat([table.cls_token.repeat(len(patches), 1, 1), patches], 1) + table.position_embeddings
        for layer in self.encoder.layer:
            x = layer(x)
        x = self.layernorm(x)
        if not hasattr(self, "pooler"):
            return {"last_hidden_state": x}
        return {"last_hidden_state": x, "pooler_output": torch.tanh(self.pooler.dense(x[:, 0]))}


class ViTForImageClassification(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.vit = ViTModel(c, pooled=False)
        self.classifier = nn.Linear(c["hidden_size"], len(c["id2label"]))

    def forward(self, pixel_values):
        return {"logits": self.classifier(self.vit(pixel_values)["last_hidden_state"][:, 0])}


class Layer(nn.Module):
    """Of CLIP's and SigLIP's encoders alike."""

    def __init__(self, c):
        super().__init__()
        width = c["hidden_size"]
        self.self_attn = tree(**{name: nn.Linear(width, width) for name in ("k_proj", "v_proj", "q_proj", "out_proj")})
        self.layer_norm1 = nn.LayerNorm(width, c["layer_norm_eps"])
        self.mlp = tree(fc1=nn.Linear(width, c["intermediate_size"]), fc2=nn.Linear(c["intermediate_size"], width))
        self.layer_norm2 = nn.LayerNorm(width, c["layer_norm_eps"])
        self.heads, self.act = c["num_attention_heads"], ACTIVATIONS[c["hidden_act"]]

    def forward(self, x, causal):
        y, maps = self.layer_norm1(x), self.self_attn
        x = x + maps.out_proj(attend(maps.q_proj(y), maps.k_proj(y), maps.v_proj(y), self.heads, causal))
        return x + self.mlp.fc2(self.act(self.mlp.fc1(self.layer_norm2(x))))


class Text(nn.Module):
    def __init__(self, c):
        super().__init__()
        width = c["hidden_size"]
        self.embeddings = tree(
            token_embedding=nn.Embedding(c["vocab_size"], width),
            position_embedding=nn.Embedding(c["max_position_embeddings"], width),
        )
        self.encoder = tree(layers=nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"])))
        self.final_layer_norm = nn.LayerNorm(width, c["layer_norm_eps"])

    def read(self, input_ids, causal):
        x = self.embeddings.token_embedding(input_ids) + self.embeddings.position_embedding.weight[: input_ids.shape[1]]
        for layer in self.encoder.layers:
            x = layer(x, causal)
        return self.final_layer_norm(x)


class CLIPText(Text):
    def __init__(self, c):
        super().__init__(c)
        self.eos = c["eos_token_id"]

    def forward(self, input_ids):
        """What every token, and what the text became."""
        x = self.read(input_ids, causal=True)
        ends = []
        for ids in input_ids.tolist():
            # Files of the first versions say 2 where the end of the text is the largest id there is.
            end = max(ids) if self.eos == 2 else self.eos
            ends.append(ids.index(end) if end in ids else 0)
        return x, torch.stack([sequence[end] for sequence, end in zip(x, ends)])


class SiglipText(Text):
    def __init__(self, c):
        super().__init__(c)
        self.head = nn.Linear(c["hidden_size"], c.get("projection_size") or c["hidden_size"])

    def forward(self, input_ids):
        x = self.read(input_ids, causal=False)
        return x, self.head(x[:, -1])


class CLIPVision(nn.Module):
    def __init__(self, c):
        super().__init__()
        width, patch = c["hidden_size"], c["patch_size"]
        self.embeddings = tree(
            patch_embedding=nn.Conv2d(c["num_channels"], width, patch, patch, bias=False),
            position_embedding=nn.Embedding((c["image_size"] // patch) ** 2 + 1, width),
        )
        self.embeddings.class_embedding = nn.Parameter(torch.randn(width))
        self.pre_layrnorm = nn.LayerNorm(width, c["layer_norm_eps"])
        self.encoder = tree(layers=nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"])))
        self.post_layernorm = nn.LayerNorm(width, c["layer_norm_eps"])

    def forward(self, pixel_values):
        table = self.embeddings
        patches = table.patch_embedding(pixel_values).flatten(2).transpose(1, 2)
        first = table.class_embedding.repeat(len(patches), 1, 1)
        x = self.pre_layrnorm(torch.cat([first, patches], 1) + table.position_embedding.weight)
        for layer in self.encoder.layers:
            x = layer(x, False)
        return x, self.post_layernorm(x[:, 0])


class SiglipVision(nn.Module):
    def __init__(self, c):
        super().__init__()
        width, patch, eps = c["hidden_size"], c["patch_size"], c["layer_norm_eps"]
        self.embeddings = tree(
            patch_embedding=nn.Conv2d(c["num_channels"], width, patch, patch),
            position_embedding=nn.Embedding((c["image_size"] // patch) ** 2, width),
        )
        self.encoder = tree(layers=nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"])))
        self.post_layernorm = nn.LayerNorm(width, eps)
        self.act = ACTIVATIONS[c["hidden_act"]]
        self.pooled = c.get("vision_use_head", True)
        if not self.pooled:
            return
        self.head = tree(
            attention=nn.MultiheadAttention(width, c["num_attention_heads"], batch_first=True),
            layernorm=nn.LayerNorm(width, eps),
            mlp=tree(fc1=nn.Linear(width, c["intermediate_size"]), fc2=nn.Linear(c["intermediate_size"], width)),
        )
        self.head.probe = nn.Parameter(torch.randn(1, 1, width))

    def forward(self, pixel_values):
        x = self.embeddings.patch_embedding(pixel_values).flatten(2).transpose(1, 2)
        x = x + self.embeddings.position_embedding.weight
        for layer in self.encoder.layers:
            x = layer(x, False)
        x = self.post_layernorm(x)
        if not self.pooled:
            return x, None
        head = self.head
        pooled, _ = head.attention(head.probe.repeat(len(x), 1, 1), x, x)
        return x, (pooled + head.mlp.fc2(self.act(head.mlp.fc1(head.layernorm(pooled)))))[:, 0]


def both(images, texts, logits):
    return {"image_embeds": images, "text_embeds": texts, "logits_per_image": logits, "logits_per_text": logits.T}


class CLIPModel(nn.Module):
    def __init__(self, c):
        super().__init__()
        vision, text = c["vision_config"], c["text_config"]
        self.text_model, self.vision_model = CLIPText(text), CLIPVision(vision)
        self.visual_projection = nn.Linear(vision["hidden_size"], c["projection_dim"], bias=False)
        self.text_projection = nn.Linear(text["hidden_size"], c["projection_dim"], bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(c["logit_scale_init_value"]))

    def forward(self, pixel_values, input_ids):
        images = F.normalize(self.visual_projection(self.vision_model(pixel_values)[1]), dim=-1)
        texts = F.normalize(self.text_projection(self.text_model(input_ids)[1]), dim=-1)
        return both(images, texts, images @ texts.T * self.logit_scale.exp())


class SiglipModel(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.text_model, self.vision_model = SiglipText(c["text_config"]), SiglipVision(c["vision_config"])
        self.logit_scale, self.logit_bias = nn.Parameter(torch.randn(1)), nn.Parameter(torch.randn(1))

    def forward(self, pixel_values, input_ids):
        images = F.normalize(self.vision_model(pixel_values)[1], dim=-1)
        texts = F.normalize(self.text_model(input_ids)[1], dim=-1)
        return both(images, texts, images @ texts.T * self.logit_scale.exp() + self.logit_bias)


class TextTower(nn.Module):
    def __init__(self, encoder, c, projected=False):
        super().__init__()
        c = c.get("text_config", c)
        self.text_model = encoder(c)
        if projected:
            self.text_projection = nn.Linear(c["hidden_size"], c["projection_dim"], bias=False)

    def forward(self, input_ids):
        x, pooled = self.text_model(input_ids)
        if hasattr(self, "text_projection"):
            return {"last_hidden_state": x, "text_embeds": self.text_projection(pooled)}
        return {"last_hidden_state": x, "pooler_output": pooled}


class VisionTower(nn.Module):
    def __init__(self, encoder, c, projected=False):
        super().__init__()
        c = c.get("vision_config", c)
        self.vision_model = encoder(c)
        if projected:
            self.visual_projection = nn.Linear(c["hidden_size"], c["projection_dim"], bias=False)

    def forward(self, pixel_values):
        x, pooled = self.vision_model(pixel_values)
        if hasattr(self, "visual_projection"):
            return {"last_hidden_state": x, "image_embeds": self.visual_projection(pooled)}
        return {"last_hidden_state": x} if pooled is None else {"last_hidden_state": x, "pooler_output": pooled}


CLASSES = {
    "ViTModel": lambda c: ViTModel(c, pooled=True),
    "ViTForImageClassification": ViTForImageClassification,
    "CLIPModel": CLIPModel,
    "CLIPTextModel": lambda c: TextTower(CLIPText, c),
    "CLIPTextModelWithProjection": lambda c: TextTower(CLIPText, c, projected=True),
    "CLIPVisionModel": lambda c: VisionTower(CLIPVision, c),
    "CLIPVisionModelWithProjection": lambda c: VisionTower(CLIPVision, c, projected=True),
    "SiglipModel": SiglipModel,
    "SiglipTextModel": lambda c: TextTower(SiglipText, c),
    "SiglipVisionModel": lambda c: VisionTower(SiglipVision, c),
}


def huggingface(batch, text_len, config):
    """The model with no weight at a start that would hide it, then its inputs."""
    name = config["architectures"][0]
    model = CLASSES[name](config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter) / max(parameter.shape[-1:] or (1,)) ** (0.5 if parameter.dim() > 1 else 0))
    inputs = {}
    if "Text" not in name:
        vision = config.get("vision_config", config)
        inputs["pixel_values"] = torch.randn(batch, vision["num_channels"], vision["image_size"], vision["image_size"])
    if text_len > 0:
        text = config.get("text_config", config)
        inputs["input_ids"] = torch.randint(0, text["vocab_size"], (batch + 1, text_len))
        # Every text but the last ends, one after the other, and says so again to its end.
        for row in range(batch):
            inputs["input_ids"][row, (row + 1) % text_len :] = text.get("eos_token_id", 0)
    return model, inputs
