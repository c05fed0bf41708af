"""A small language model that sees a picture's features, and the loops that write with it: greedy, and drawn."""
import torch
from torch import nn


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

    def write(self, image_features, input_ids, choose):
        for _ in range(self.tokens):
            following = choose(self.logits(image_features, input_ids)[:, -1])
            input_ids = torch.cat([input_ids, following], dim=1)
        return input_ids[:, -self.tokens:]

    def forward(self, image_features, input_ids):
        generator = torch.Generator().manual_seed(5)
        greedy = self.write(image_features, input_ids, lambda logits: logits.argmax(-1, keepdim=True))
        drawn = self.write(image_features, input_ids, lambda logits: torch.multinomial(
            likely(logits.float(), *self.sampling), 1, generator=generator))
        return {"greedy": greedy.double(), "drawn": drawn.double()}


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
