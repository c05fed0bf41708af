"""Loops that write with a model, greedy and drawn: with a small language model, and with the vision-language model."""
import torch
from torch import nn

from vlm import VLM, image_then_text


class LanguageModel(nn.Module):
    """One attention over everything written so far, on a projected picture and embedded tokens."""

    def __init__(self, vocab_size, embed_dim, num_features, tokens, temperature, top_k, top_p):
        super().__init__()
        self.image_projection = nn.Linear(num_features, embed_dim)
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.query = nn.Linear(embed_dim, embed_dim)
        self.lm_head = nn.Linear(embed_dim, vocab_size)
        self.tokens = tokens
        self.sampling = (temperature, top_k, top_p)

    def logits(self, image_features, input_ids):
        image = self.image_projection(image_features)
        embedded = self.embedding(input_ids)
        sequence = torch.cat([image, embedded], dim=1)
        scores = self.query(embedded) @ sequence.transpose(1, 2) * embedded.shape[-1] ** -0.5
        return self.lm_head(torch.softmax(scores, dim=-1) @ sequence)

    def forward(self, image_features, input_ids):
        return written(lambda ids: self.logits(image_features, ids), input_ids, self.tokens, self.sampling)


class Writer(VLM):
    """The vision-language model, which writes on from its ids."""

    def __init__(self, tokens, temperature, top_k, top_p, **sizes):
        super().__init__(**sizes)
        self.tokens = tokens
        self.sampling = (temperature, top_k, top_p)

    def forward(self, pixel_values, input_ids):
        logits = super().forward
        return written(lambda ids: logits(pixel_values, ids)["logits"], input_ids, self.tokens, self.sampling)


def written(logits, input_ids, tokens, sampling):
    """What is written after the ids, greedy and drawn."""
    generator = torch.Generator().manual_seed(5)
    greedy = write(logits, input_ids, tokens, lambda last: last.argmax(-1, keepdim=True))
    drawn = write(logits, input_ids, tokens, lambda last: torch.multinomial(
        likely(last.float(), *sampling), 1, generator=generator))
    return {"greedy": greedy.double(), "drawn": drawn.double()}


def write(logits, input_ids, tokens, choose):
    for _ in range(tokens):
        input_ids = torch.cat([input_ids, choose(logits(input_ids)[:, -1])], dim=1)
    return input_ids[:, -tokens:]


def likely(logits, temperature, top_k, top_p):
    """Probabilities after temperature, top-k and top-p, row by row."""
    logits = logits / temperature
    if top_k:
        logits = logits.masked_fill(logits < torch.topk(logits, top_k).values[:, -1:], float("-inf"))
    if top_p < 1:
        order = torch.sort(logits, descending=True)
        each = torch.softmax(order.values, -1)
        dropped = each.cumsum(-1) - each >= top_p
        logits = logits.masked_fill(torch.zeros_like(dropped).scatter(1, order.indices, dropped), float("-inf"))
    return torch.softmax(logits, -1)


def language_model(batch, text_len, image_tokens, vocab_size, embed_dim, num_features, tokens, temperature, top_k, top_p):
    model = LanguageModel(vocab_size, embed_dim, num_features, tokens, temperature, top_k, top_p)
    features = torch.randn(batch, image_tokens, num_features)
    return model, {"image_features": features, "input_ids": torch.randint(0, vocab_size, (batch, text_len))}


def writer(batch, image_tokens, text_len, **sizes):
    """The model, then its inputs, drawn as those of the vision-language model are."""
    model = Writer(**sizes)
    pixel_values = torch.randn(batch, sizes["num_channels"], sizes["image_size"], sizes["image_size"])
    return model, {"pixel_values": pixel_values, "input_ids": image_then_text(batch, image_tokens, text_len, sizes["image_token_id"])}
