"""The model in PyTorch: a ViT, an MLP projector and a Llama decoder, as llama.cpp runs them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from recipe.labels import PATCH_LABELS
from recipe.renderer import FINE, GRID, PATCH


@dataclass(frozen=True)
class Sizes:
    """The sizes of the two towers."""

    vocabulary: int = 1978
    vision_width: int = 192
    vision_layers: int = 6
    vision_heads: int = 3
    vision_feed_forward: int = 768
    width: int = 192
    layers: int = 4
    heads: int = 3
    feed_forward: int = 512
    context: int = 2048
    rope_base: float = 10000.0


SIZES = {
    "small": Sizes(),
    "large": Sizes(
        vision_width=384, vision_layers=7, vision_heads=6, vision_feed_forward=1536, width=384,
        layers=6, heads=6, feed_forward=1024,
    ),
}  # fmt: skip


class VisionBlock(nn.Module):
    """A pre-norm transformer block without a mask."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        width = sizes.vision_width
        self.heads = sizes.vision_heads
        self.ln1 = nn.LayerNorm(width)
        self.attn_qkv = nn.Linear(width, 3 * width)
        self.attn_out = nn.Linear(width, width)
        self.ln2 = nn.LayerNorm(width)
        self.ffn_up = nn.Linear(width, sizes.vision_feed_forward)
        self.ffn_down = nn.Linear(sizes.vision_feed_forward, width)

    def forward(self, x: Tensor) -> Tensor:
        """Mix the patches, then think about each."""
        q, k, v = split_heads(self.attn_qkv(self.ln1(x)), 3 * self.heads).chunk(3, dim=1)
        x = x + self.attn_out(join_heads(attend(q, k, v)))
        return x + self.ffn_down(functional.gelu(self.ffn_up(self.ln2(x)), approximate="tanh"))


class VisionTower(nn.Module):
    """A ViT without a class token; every patch becomes one image token."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        width = sizes.vision_width
        self.patch_embd = nn.Conv2d(3, width, PATCH, PATCH)
        self.position_embd = nn.Parameter(grid_positions(width))
        self.pre_ln = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(VisionBlock(sizes) for _ in range(sizes.vision_layers))
        self.post_ln = nn.LayerNorm(width)

    def forward(self, pixels: Tensor) -> Tensor:
        """Pixels uint8 [batch, side, side, 3] to features [batch, patches, width]."""
        batch = pixels.shape[0]
        scaled = pixels.float().sub(127.5).div(127.5)
        cells = scaled.view(batch, GRID, PATCH, GRID, PATCH, 3).permute(0, 1, 3, 5, 2, 4)
        flat = self.patch_embd.weight.flatten(1)
        patches = functional.linear(
            cells.reshape(batch, GRID * GRID, -1), flat, self.patch_embd.bias
        )
        x = self.pre_ln(patches + self.position_embd)
        for block in self.blocks:
            x = block(x)
        return self.post_ln(x)


class LabelHeads(nn.Module):
    """Training-only readers of the vision features; they are not exported."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.read = nn.Linear(sizes.vision_width, sum(PATCH_LABELS.values()))
        self.read_cover = nn.Linear(sizes.vision_width, FINE * FINE)

    def forward(self, features: Tensor, labels: dict[str, Tensor]) -> dict[str, Tensor]:
        """Cross-entropy of each label, weighed by patch."""
        logits = self.read(features).float().split(list(PATCH_LABELS.values()), dim=-1)
        covered = labels["kind"] > 0
        weights = labels["weight"].flatten()
        cover = self.read_cover(features).float()
        losses = {"cover": 2 * functional.binary_cross_entropy_with_logits(cover, labels["cover"])}
        for name, values in zip(PATCH_LABELS, logits, strict=True):
            loss = functional.cross_entropy(
                values.flatten(0, 1), labels[name].flatten(), reduction="none"
            )
            losses[name] = (loss * weights).sum() / weights.sum()
            right = (values.argmax(-1) == labels[name])[covered]
            losses[name + "_right"] = right.float().mean().detach()
        return losses


class DecoderBlock(nn.Module):
    """A Llama block: RMS norm, rotary attention, SwiGLU."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.heads = sizes.heads
        self.attn_norm = nn.RMSNorm(sizes.width, eps=1e-5)
        self.attn_qkv = nn.Linear(sizes.width, 3 * sizes.width, bias=False)
        self.attn_output = nn.Linear(sizes.width, sizes.width, bias=False)
        self.ffn_norm = nn.RMSNorm(sizes.width, eps=1e-5)
        self.ffn_gate_up = nn.Linear(sizes.width, 2 * sizes.feed_forward, bias=False)
        self.ffn_down = nn.Linear(sizes.feed_forward, sizes.width, bias=False)

    def forward(self, x: Tensor, mask: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Attend where the mask (0 or very negative) allows, then think about each token."""
        q, k, v = split_heads(self.attn_qkv(self.attn_norm(x)), 3 * self.heads).chunk(3, dim=1)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        x = x + self.attn_output(join_heads(attend(q, k, v, mask)))
        gate, up = self.ffn_gate_up(self.ffn_norm(x)).chunk(2, dim=-1)
        return x + self.ffn_down(functional.silu(gate) * up)


class StarterModel(nn.Module):
    """The whole model: pictures and token ids to next-token logits."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.vision = VisionTower(sizes)
        self.labels = LabelHeads(sizes)
        self.projector_up = nn.Linear(sizes.vision_width, sizes.width)
        self.projector_down = nn.Linear(sizes.width, sizes.width)
        self.token_embd = nn.Embedding(sizes.vocabulary, sizes.width)
        self.blocks = nn.ModuleList(DecoderBlock(sizes) for _ in range(sizes.layers))
        self.output_norm = nn.RMSNorm(sizes.width, eps=1e-5)
        self.apply(_initialise)
        with torch.no_grad():
            self.vision.patch_embd.weight.copy_(cosine_patches(sizes.vision_width))

    def project(self, features: Tensor) -> Tensor:
        """Turn vision features into the decoder's image tokens."""
        return self.projector_down(functional.gelu(self.projector_up(features), approximate="tanh"))

    def decode(self, x: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
        """Embedded tokens [batch, length, width] to hidden states before the output matrix."""
        cos, sin = rotary_table(
            positions, self.sizes.width // self.sizes.heads, self.sizes.rope_base
        )
        for block in self.blocks:
            x = block(x, mask, cos, sin)
        return self.output_norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        """Read hidden states with the token embeddings (tied)."""
        return functional.linear(hidden, self.token_embd.weight)

    def embed(self, tokens: Tensor, image_slots: Tensor, image_tokens: Tensor) -> Tensor:
        """Embed ids; where `image_slots` holds n >= 0, take row n of the flat image tokens."""
        text = self.token_embd(tokens)
        rows = image_tokens.flatten(0, 1)[image_slots.clamp(min=0)]
        return torch.where((image_slots >= 0)[..., None], rows.to(text.dtype), text)

    def checkpoint(self) -> dict[str, object]:
        """Everything that rebuilds this model."""
        return {"sizes": asdict(self.sizes), "weights": self.state_dict()}


def load_model(checkpoint: dict) -> StarterModel:
    """Rebuild a model from `checkpoint()`."""
    model = StarterModel(Sizes(**checkpoint["sizes"]))
    model.load_state_dict(checkpoint["weights"])
    return model


def attend(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None = None) -> Tensor:
    """Attention; written out on a CPU, where its backward pass is several times the fused one's."""
    if q.is_cuda:
        bias = None if bias is None else bias.to(q.dtype)
        return functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    if bias is not None:
        scores = scores + bias.to(scores.dtype)
    return scores.softmax(-1).to(v.dtype) @ v


def split_heads(x: Tensor, heads: int) -> Tensor:
    """[batch, length, heads * size] to [batch, heads, length, size]."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def join_heads(x: Tensor) -> Tensor:
    """Undo `split_heads`."""
    return x.transpose(1, 2).flatten(2)


def grid_positions(width: int) -> Tensor:
    """Start the learned positions as sines and cosines of row and column, [patches, width]."""
    speeds = 64.0 ** (-torch.arange(width // 4) / (width // 4))
    angles = torch.arange(GRID)[:, None] * speeds
    waves = torch.cat([angles.sin(), angles.cos()], dim=1) * 0.5
    rows, columns = waves.repeat_interleave(GRID, 0), waves.repeat(GRID, 1)
    return torch.cat([rows, columns], dim=1)


def cosine_patches(width: int) -> Tensor:
    """Start the patch embedding as cosines of light and two colour differences, as JPEG has.

    What is left over, where a third of the width is no square, starts as noise.
    """
    waves = torch.arange(math.isqrt(width // 3))[:, None].float()
    places = (torch.arange(PATCH) + 0.5) / PATCH
    lines = torch.cos(math.pi * waves * places) * torch.where(waves > 0, 2**0.5, 1.0)
    planes = torch.einsum("uy,vx->uvyx", lines, lines) / PATCH**2
    gain = 2.5 * (0.1 + waves**2 + waves.T**2).sqrt()
    colours = torch.tensor([[0.58, 0.58, 0.58], [1.4, 0.0, -1.4], [0.8, -1.6, 0.8]])
    filters = torch.einsum("uvyx,kc->kuvcyx", planes * gain[..., None, None], colours)
    rest = torch.randn(width - 3 * len(waves) ** 2, 3, PATCH, PATCH) * filters.std()
    return torch.cat([filters.reshape(-1, 3, PATCH, PATCH), rest])


def rotary_table(positions: Tensor, size: int, base: float) -> tuple[Tensor, Tensor]:
    """Cosine and sine of the rotary angles, [batch, 1, length, size / 2]."""
    steps = torch.arange(0, size, 2, dtype=torch.float32, device=positions.device)
    speeds = base ** (-steps / size)
    angles = positions[:, None, :, None].float() * speeds
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn neighbouring pairs of channels (the order that llama.cpp's "llama" uses)."""
    even, odd = x[..., 0::2].float(), x[..., 1::2].float()
    turned = torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1)
    return turned.flatten(-2).to(x.dtype)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.06 if isinstance(module, nn.Linear) else 0.03)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
