"""Ask the shipped GGUF files through llama.cpp (the low-level bindings of llama-cpp-python)."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import llama_cpp
import numpy as np
from llama_cpp import mtmd_cpp
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

Part = str | bytes | Image.Image  # template text, the user's text (UTF-8), or a picture
CONTEXT = 2048


class LlamaChat:
    """The two files, loaded; one question at a time."""

    def __init__(self, model: Path, projector: Path, threads: int = 1) -> None:
        silence = llama_cpp.llama_log_callback(lambda *_: None)
        self._silence = silence
        llama_cpp.llama_log_set(silence, ctypes.c_void_p(0))
        mtmd_cpp.mtmd_helper_log_set(silence, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        settings = llama_cpp.llama_model_default_params()
        self.model = llama_cpp.llama_model_load_from_file(str(model).encode(), settings)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self.size = llama_cpp.llama_vocab_n_tokens(self.vocabulary)
        context = llama_cpp.llama_context_default_params()
        context.n_ctx, context.n_threads, context.n_threads_batch = CONTEXT, threads, threads
        self.context = llama_cpp.llama_init_from_model(self.model, context)
        vision = mtmd_cpp.mtmd_context_params_default()
        vision.use_gpu, vision.n_threads, vision.warmup = False, threads, False
        self.vision = mtmd_cpp.mtmd_init_from_file(str(projector).encode(), self.model, vision)
        if not self.vision:
            raise RuntimeError(f"{projector} does not load as the projector of {model}")

    def logits(self, parts: list[Part]) -> np.ndarray:
        """Prefill the parts into an empty context and return the next token's logits."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)
        chunks = mtmd_cpp.mtmd_input_chunks_init()
        bitmaps = self._tokenize(parts, chunks)
        self.past = llama_cpp.llama_pos(0)
        failed = mtmd_cpp.mtmd_helper_eval_chunks(
            self.vision, self.context, chunks, 0, 0, 512, True, ctypes.byref(self.past)
        )
        mtmd_cpp.mtmd_input_chunks_free(chunks)
        for bitmap in bitmaps:
            mtmd_cpp.mtmd_bitmap_free(bitmap)
        if failed:
            raise RuntimeError("llama.cpp could not evaluate the prompt")
        return self._last_logits()

    def answer(self, parts: list[Part], limit: int = 60) -> str:
        """Answer greedily."""
        logits, written = self.logits(parts), b""
        for _ in range(limit):
            token = int(logits.argmax())
            if llama_cpp.llama_vocab_is_eog(self.vocabulary, token):
                break
            written += self._bytes_of(token)
            batch = llama_cpp.llama_batch_get_one((llama_cpp.llama_token * 1)(token), 1)
            llama_cpp.llama_decode(self.context, batch)
            logits = self._last_logits()
        return written.decode("utf-8", "replace")

    def _last_logits(self) -> np.ndarray:
        pointer = llama_cpp.llama_get_logits_ith(self.context, -1)
        return np.ctypeslib.as_array(pointer, (self.size,)).copy()

    def _bytes_of(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(64)
        length = llama_cpp.llama_token_to_piece(self.vocabulary, token, buffer, 64, 0, False)
        return buffer.raw[:length]

    def _tokenize(self, parts: list[Part], chunks: object) -> list[object]:
        kept, pointers, bitmaps = [], [], []
        for part in parts:
            item = mtmd_cpp.mtmd_input_part()
            if isinstance(part, Image.Image):
                item.bitmap = _bitmap(part)
                bitmaps.append(item.bitmap)
            else:
                text = part.encode() if isinstance(part, str) else part
                special = isinstance(part, str)
                block = mtmd_cpp.mtmd_input_text(text, len(text), False, special)
                item.text = ctypes.pointer(block)
                kept.append(block)
            kept.append(item)
            pointers.append(ctypes.pointer(item))
        array = (ctypes.POINTER(mtmd_cpp.mtmd_input_part) * len(pointers))(*pointers)
        if mtmd_cpp.mtmd_tokenize_from_parts(self.vision, chunks, array, len(pointers), True):
            raise RuntimeError("llama.cpp could not tokenize the prompt")
        return bitmaps


def single_turn(question: str, picture: Image.Image | None = None) -> list[Part]:
    """Lay out one question about one picture as the chat template does."""
    pictures = [] if picture is None else [picture]
    return ["<|begin|><|user|>", *pictures, question.encode(), "<|assistant|>"]


def _bitmap(picture: Image.Image) -> object:
    pixels = picture.convert("RGB").tobytes()
    buffer = (ctypes.c_uint8 * len(pixels)).from_buffer_copy(pixels)
    return mtmd_cpp.mtmd_bitmap_init(picture.width, picture.height, buffer)
