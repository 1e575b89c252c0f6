"""How much memory a pair will take, estimated from its metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perhaps.library.gguf_metadata import GgufFile

# Tokens that are computed at once (llama.cpp's n_ubatch).
BATCH = 512
KV_BYTES = 2  # half precision
FLOAT_BYTES = 4
# Layers beyond this are nonsense; the longest models have about 130.
MAX_LAYERS = 4096


def memory_needed(model: GgufFile, projector: GgufFile | None, context: int) -> int:
    """Bytes of weights, of the KV cache for so many tokens, and of compute buffers."""
    needed = model.tensor_bytes + kv_cache_bytes(model, context)
    needed += _language_buffer(model, context)
    if projector is not None:
        needed += projector.tensor_bytes + _vision_buffer(projector)
    return needed


def kv_cache_bytes(model: GgufFile, context: int) -> int:
    """Bytes of keys and values; sliding windows are counted in full, as they are allocated."""
    architecture = model.text("general.architecture")
    width = model.number(f"{architecture}.embedding_length")
    heads = _per_layer(model, f"{architecture}.attention.head_count")
    kv_heads = _per_layer(model, f"{architecture}.attention.head_count_kv") or heads
    head_width = width // max(max(heads, default=0), 1)
    key_width = model.number(f"{architecture}.attention.key_length") or head_width
    value_width = model.number(f"{architecture}.attention.value_length") or head_width
    return sum(kv_heads) * (key_width + value_width) * KV_BYTES * context


def _per_layer(model: GgufFile, key: str) -> list[int]:
    """A number for each layer, from a key that holds one for all or one for each."""
    layers = min(model.number(f"{model.text('general.architecture')}.block_count"), MAX_LAYERS)
    value = model.values.get(key)
    if isinstance(value, tuple):
        return [max(int(number), 0) for number in value[:layers] if isinstance(number, int)]
    return [model.number(key)] * layers if value is not None else []


def _language_buffer(model: GgufFile, context: int) -> int:
    """Bytes for a batch: the logits, or the widest layer, and the attention mask."""
    architecture = model.text("general.architecture")
    width = model.number(f"{architecture}.embedding_length")
    feed_forward = max(_per_layer(model, f"{architecture}.feed_forward_length"), default=0)
    embedding = model.tensors.get("token_embd.weight")
    vocabulary = embedding.shape[1] if embedding and len(embedding.shape) > 1 else 0
    return BATCH * (max(vocabulary, feed_forward + 2 * width) + context) * FLOAT_BYTES


def _vision_buffer(projector: GgufFile) -> int:
    """Bytes for one picture at the size that the encoder was trained with."""
    side = projector.number("clip.vision.image_size")
    patches = (side // max(projector.number("clip.vision.patch_size"), 1)) ** 2
    width = projector.number("clip.vision.embedding_length")
    feed_forward = projector.number("clip.vision.feed_forward_length")
    return patches * (feed_forward + 2 * width) * FLOAT_BYTES
