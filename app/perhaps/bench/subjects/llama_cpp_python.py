"""llama-cpp-python with its chat handler for pictures; never beside our engine in one process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import llama_cpp
from llama_cpp.llama_chat_format import Llava15ChatHandler, MTMDChatHandler

from perhaps.bench.contract import AnswerTimes, AskTimes, resident_bytes, serve
from perhaps.bench.subjects.data_uri import messages

if TYPE_CHECKING:
    from perhaps.bench.contract import Question, Setup


class LlamaCppPython:
    """Asks a Llama; log-probabilities take another one, which keeps the logits of all tokens."""

    def __init__(self) -> None:
        self._setup: Setup | None = None
        self._plain: Any = None
        self._with_logits: Any = None

    def load(self, setup: Setup) -> str:
        """Load the pair and tell which build answers."""
        self._setup = setup
        self._plain = self._make(logits_all=False)
        features = llama_cpp.llama_print_system_info().decode()
        return f"llama-cpp-python {llama_cpp.__version__}, {features}"

    def ask(self, questions: list[Question], max_tokens: int, top_logprobs: int) -> AskTimes:
        """Ask one question after another: it has no other way."""
        llama = self._llama(top_logprobs)
        start = time.perf_counter()
        answers = tuple(_ask(llama, question, max_tokens, top_logprobs) for question in questions)
        return AskTimes(answers, 1000 * (time.perf_counter() - start))

    def resident_bytes(self) -> int:
        """Memory of this process."""
        return resident_bytes()

    def _llama(self, top_logprobs: int) -> Any:
        if not top_logprobs:
            return self._plain
        self._with_logits = self._with_logits or self._make(logits_all=True)
        return self._with_logits

    def _make(self, *, logits_all: bool) -> Any:
        assert self._setup
        llama = llama_cpp.Llama(
            self._setup.model,
            n_ctx=self._setup.context_size,
            n_threads=self._setup.threads,
            n_threads_batch=self._setup.threads,
            n_gpu_layers=-1,  # all of them, where it was built for a GPU
            logits_all=logits_all,
            verbose=False,
        )
        if self._setup.projector:
            handler = _handler_for(llama.metadata.get("tokenizer.chat_template", ""))
            llama.chat_handler = handler(clip_model_path=self._setup.projector, verbose=False)
        return llama


class ChatMLHandler(Llava15ChatHandler):  # type: ignore[misc]
    """Its handler for pictures, with the template that most small models know."""

    DEFAULT_SYSTEM_MESSAGE = None
    CHAT_FORMAT = (
        "{% for message in messages %}<|im_start|>{{ message.role }}\n"
        "{% if message.content is string %}{{ message.content }}{% else %}"
        "{% for part in message.content %}"
        "{{ part.image_url.url if part.type == 'image_url' else part.text }}"
        "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
    )


def _handler_for(template: str) -> Any:
    """Choose as its users must: templates that only know texts fail in the general handler."""
    if "image" in template:
        return MTMDChatHandler
    return ChatMLHandler if "<|im_start|>" in template else Llava15ChatHandler


def _ask(llama: Any, question: Question, max_tokens: int, top_logprobs: int) -> AnswerTimes:
    asked = time.perf_counter()
    came = [
        time.perf_counter()
        for chunk in llama.create_chat_completion(
            messages(question),
            max_tokens=max_tokens,
            temperature=0.0,
            stream=True,
            logprobs=bool(top_logprobs),
            top_logprobs=top_logprobs or None,
        )
        if chunk["choices"][0]["delta"].get("content")
    ]
    return AnswerTimes(
        first_token_ms=1000 * (came[0] - asked),
        generate_ms=1000 * (came[-1] - came[0]),
        tokens=len(came),
        prompt_tokens=llama.n_tokens - len(came),
        cached_tokens=0,
    )


def main() -> None:
    """Answer the bench."""
    serve(LlamaCppPython())
