"""
The native engine: picture encoder, language model and log-probabilities.
"""
from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import typing
__all__: list[str] = ['DeviceInfo', 'DevicePlacement', 'DeviceShare', 'DiskCacheOptions', 'Distribution', 'FinishReason', 'GenerationRequest', 'LoadOptions', 'LoadProgress', 'LoadStage', 'LogLine', 'MemoryUse', 'Model', 'ModelInfo', 'Picture', 'PictureCost', 'PlacementReason', 'PromptToken', 'Run', 'RunFinished', 'RunProgress', 'RunStage', 'SamplingOptions', 'Statistics', 'StepMeasures', 'TemplateText', 'Timings', 'TokenCandidate', 'TokenStep', 'TopToken', 'Usage', 'UserText', 'kernels', 'leave_last_words', 'list_devices', 'measure', 'resolve_devices', 'take_log']
class LoadStage:
    """
    Members:
    
      model
    
      projector
    
      comparison
    
      warm_up
    """
    __members__: typing.ClassVar[dict[str, LoadStage]]
    comparison: typing.ClassVar[LoadStage]
    model: typing.ClassVar[LoadStage]
    projector: typing.ClassVar[LoadStage]
    warm_up: typing.ClassVar[LoadStage]
    @typing.overload
    def __eq__(self, other: LoadStage) -> bool:
        ...
    @typing.overload
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __int__(self) -> int:
        ...
    @typing.overload
    def __ne__(self, other: LoadStage) -> bool:
        ...
    @typing.overload
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class DiskCacheOptions:
    """
    Where embeddings are kept.
    """
    @typing.overload
    def __init__(self) -> None:
        ...
    @typing.overload
    def __init__(self, root: bytes, fingerprint: str, budget: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
class LoadOptions:
    """
    Where and how large.
    """
    compare_vision: bool
    device: str
    disk_cache: DiskCacheOptions
    flash_attention: bool | None
    vision_device: str
    def __init__(self) -> None:
        ...
    @property
    def context_size(self) -> int:
        ...
    @context_size.setter
    def context_size(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    @property
    def gpu_layers(self) -> int:
        ...
    @gpu_layers.setter
    def gpu_layers(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    @property
    def gpu_memory(self) -> int:
        ...
    @gpu_memory.setter
    def gpu_memory(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    @property
    def threads(self) -> int:
        ...
    @threads.setter
    def threads(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
class LoadProgress:
    """
    How far loading has come.
    """
    @property
    def done(self) -> bool:
        ...
    @property
    def fraction(self) -> float:
        ...
    @property
    def stage(self) -> LoadStage:
        ...
class PlacementReason:
    """
    Members:
    
      best
    
      asked
    
      memory
    
      unsupported
    """
    __members__: typing.ClassVar[dict[str, PlacementReason]]
    asked: typing.ClassVar[PlacementReason]
    best: typing.ClassVar[PlacementReason]
    memory: typing.ClassVar[PlacementReason]
    unsupported: typing.ClassVar[PlacementReason]
    @typing.overload
    def __eq__(self, other: PlacementReason) -> bool:
        ...
    @typing.overload
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __int__(self) -> int:
        ...
    @typing.overload
    def __ne__(self, other: PlacementReason) -> bool:
        ...
    @typing.overload
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class DeviceShare:
    """
    The units that one device does.
    """
    @property
    def device(self) -> str:
        ...
    @property
    def units(self) -> int:
        ...
class DevicePlacement:
    """
    Where one half of the model runs.
    """
    @property
    def backend(self) -> str:
        ...
    @property
    def device(self) -> str:
        ...
    @property
    def on_device(self) -> int:
        ...
    @property
    def reason(self) -> PlacementReason:
        ...
    @property
    def shares(self) -> list[DeviceShare]:
        ...
    @property
    def total(self) -> int:
        ...
class MemoryUse:
    """
    What a pair takes of one device, in bytes.
    """
    @property
    def available(self) -> int:
        ...
    @property
    def device(self) -> str:
        ...
    @property
    def planned(self) -> int:
        ...
    @property
    def taken(self) -> int:
        ...
    @property
    def wanted(self) -> int:
        ...
class ModelInfo:
    """
    A loaded model in figures.
    """
    @property
    def architecture(self) -> str:
        ...
    @property
    def bos_text(self) -> bytes:
        ...
    @property
    def chat_template(self) -> bytes:
        ...
    @property
    def context_size(self) -> int:
        ...
    @property
    def eos_text(self) -> bytes:
        ...
    @property
    def gpus(self) -> list[str]:
        ...
    @property
    def language(self) -> DevicePlacement:
        ...
    @property
    def load_ms(self) -> float:
        ...
    @property
    def memory(self) -> list[MemoryUse]:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def parameters(self) -> int:
        ...
    @property
    def sees(self) -> bool:
        ...
    @property
    def size_bytes(self) -> int:
        ...
    @property
    def trained_context(self) -> int:
        ...
    @property
    def vision(self) -> DevicePlacement | None:
        ...
    @property
    def vision_similarity(self) -> float | None:
        ...
    @property
    def vocabulary_size(self) -> int:
        ...
class DeviceInfo:
    """
    A device that the engine could run on.
    """
    @property
    def backend(self) -> str:
        ...
    @property
    def description(self) -> str:
        ...
    @property
    def kind(self) -> str:
        ...
    @property
    def memory_free(self) -> int:
        ...
    @property
    def memory_total(self) -> int:
        ...
    @property
    def name(self) -> str:
        ...
class LogLine:
    """
    A line that llama.cpp logged.
    """
    @property
    def level(self) -> str:
        ...
    @property
    def text(self) -> bytes:
        ...
class TemplateText:
    """
    Text in which control tokens count.
    """
    def __init__(self, text: str) -> None:
        ...
class UserText:
    """
    Text that stays text, whatever it says.
    """
    def __init__(self, text: str) -> None:
        ...
class Picture:
    """
    Pixels [height, width, 3] and their hash.
    """
    def __init__(self, pixels: typing.Annotated[numpy.typing.ArrayLike, numpy.uint8], key: str) -> None:
        ...
class SamplingOptions:
    """
    How a token is chosen.
    """
    def __init__(self) -> None:
        ...
    @property
    def min_p(self) -> float:
        ...
    @min_p.setter
    def min_p(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    @property
    def repeat_last(self) -> int:
        ...
    @repeat_last.setter
    def repeat_last(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    @property
    def repeat_penalty(self) -> float:
        ...
    @repeat_penalty.setter
    def repeat_penalty(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    @property
    def temperature(self) -> float:
        ...
    @temperature.setter
    def temperature(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    @property
    def top_k(self) -> int:
        ...
    @top_k.setter
    def top_k(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    @property
    def top_p(self) -> float:
        ...
    @top_p.setter
    def top_p(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
class GenerationRequest:
    """
    Everything an answer depends on.
    """
    draws_on: bool
    keep_logits: bool
    prepare_only: bool
    sampling: SamplingOptions
    transient: bool
    def __init__(self) -> None:
        ...
    @property
    def forced(self) -> list[int]:
        ...
    @forced.setter
    def forced(self, arg0: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]) -> None:
        ...
    @property
    def kept(self) -> list[int]:
        ...
    @kept.setter
    def kept(self, arg0: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]) -> None:
        ...
    @property
    def max_tokens(self) -> int:
        ...
    @max_tokens.setter
    def max_tokens(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    @property
    def prompt(self) -> list[TemplateText | UserText | Picture]:
        ...
    @prompt.setter
    def prompt(self, arg0: collections.abc.Sequence[TemplateText | UserText | Picture]) -> None:
        ...
    @property
    def seed(self) -> int:
        ...
    @seed.setter
    def seed(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    @property
    def stop(self) -> list[str]:
        ...
    @stop.setter
    def stop(self, arg0: collections.abc.Sequence[str]) -> None:
        ...
    @property
    def top_logprobs(self) -> int:
        ...
    @top_logprobs.setter
    def top_logprobs(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
class PictureCost:
    """
    What a picture takes of the model.
    """
    @property
    def tiles(self) -> int:
        ...
    @property
    def tokens(self) -> int:
        ...
class RunStage:
    """
    Members:
    
      queued
    
      encode
    
      image_prefill
    
      text_prefill
    
      decode
    """
    __members__: typing.ClassVar[dict[str, RunStage]]
    decode: typing.ClassVar[RunStage]
    encode: typing.ClassVar[RunStage]
    image_prefill: typing.ClassVar[RunStage]
    queued: typing.ClassVar[RunStage]
    text_prefill: typing.ClassVar[RunStage]
    @typing.overload
    def __eq__(self, other: RunStage) -> bool:
        ...
    @typing.overload
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __int__(self) -> int:
        ...
    @typing.overload
    def __ne__(self, other: RunStage) -> bool:
        ...
    @typing.overload
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class FinishReason:
    """
    Members:
    
      eos
    
      length
    
      context_full
    
      stop
    
      cancelled
    
      failed
    
      prepared
    
      forced
    """
    __members__: typing.ClassVar[dict[str, FinishReason]]
    cancelled: typing.ClassVar[FinishReason]
    context_full: typing.ClassVar[FinishReason]
    eos: typing.ClassVar[FinishReason]
    failed: typing.ClassVar[FinishReason]
    forced: typing.ClassVar[FinishReason]
    length: typing.ClassVar[FinishReason]
    prepared: typing.ClassVar[FinishReason]
    stop: typing.ClassVar[FinishReason]
    @typing.overload
    def __eq__(self, other: FinishReason) -> bool:
        ...
    @typing.overload
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __int__(self) -> int:
        ...
    @typing.overload
    def __ne__(self, other: FinishReason) -> bool:
        ...
    @typing.overload
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class RunProgress:
    """
    How far the way to the first token has come.
    """
    @property
    def count(self) -> int:
        ...
    @property
    def fraction(self) -> float:
        ...
    @property
    def index(self) -> int:
        ...
    @property
    def stage(self) -> RunStage:
        ...
class TokenCandidate:
    """
    A token that could have come.
    """
    @property
    def bytes(self) -> bytes:
        ...
    @property
    def id(self) -> int:
        ...
    @property
    def logprob(self) -> float:
        ...
    @property
    def sampled_probability(self) -> float:
        ...
class StepMeasures:
    """
    Raw probabilities of one step.
    """
    @property
    def candidates(self) -> list[TokenCandidate]:
        ...
    @property
    def entropy(self) -> float:
        ...
    @property
    def logprob(self) -> float:
        ...
    @property
    def rank(self) -> int:
        ...
    @property
    def rest(self) -> float:
        ...
class TokenStep:
    """
    One generated token.
    """
    @property
    def bytes(self) -> bytes:
        ...
    @property
    def elapsed_us(self) -> int:
        ...
    @property
    def forced(self) -> bool:
        ...
    @property
    def id(self) -> int:
        ...
    @property
    def logits(self) -> numpy.typing.NDArray[numpy.float32]:
        ...
    @property
    def measures(self) -> StepMeasures | None:
        ...
    @property
    def text(self) -> str:
        ...
class Timings:
    """
    Milliseconds of each stage.
    """
    @property
    def first_token(self) -> float:
        ...
    @property
    def generate(self) -> float:
        ...
    @property
    def image_encode(self) -> float:
        ...
    @property
    def image_prefill(self) -> float:
        ...
    @property
    def text_prefill(self) -> float:
        ...
class Usage:
    """
    Tokens of one run.
    """
    @property
    def cached_tokens(self) -> int:
        ...
    @property
    def generated_tokens(self) -> int:
        ...
    @property
    def image_tokens(self) -> int:
        ...
    @property
    def prompt_tokens(self) -> int:
        ...
class Statistics:
    """
    What the compute thread did since the loading.
    """
    @property
    def answers(self) -> int:
        ...
    @property
    def batch_ms(self) -> float:
        ...
    @property
    def batch_tokens(self) -> int:
        ...
    @property
    def batches(self) -> int:
        ...
    @property
    def cached_tokens(self) -> int:
        ...
    @property
    def disk_problem(self) -> str:
        ...
    @property
    def embedding_bytes(self) -> int:
        ...
    @property
    def encode_ms(self) -> float:
        ...
    @property
    def generated_tokens(self) -> int:
        ...
    @property
    def held_tokens(self) -> int:
        ...
    @property
    def image_prefill_ms(self) -> float:
        ...
    @property
    def parked_bytes(self) -> int:
        ...
    @property
    def pictures_encoded(self) -> int:
        ...
    @property
    def pictures_known(self) -> int:
        ...
    @property
    def pictures_on_disk(self) -> int:
        ...
    @property
    def prompt_tokens(self) -> int:
        ...
    @property
    def waiting(self) -> int:
        ...
class RunFinished:
    """
    The last event of every run.
    """
    @property
    def error(self) -> str:
        ...
    @property
    def error_kind(self) -> str:
        ...
    @property
    def reason(self) -> FinishReason:
        ...
    @property
    def seed(self) -> int:
        ...
    @property
    def stopped_in(self) -> RunStage | None:
        ...
    @property
    def text(self) -> str:
        ...
    @property
    def timings(self) -> Timings:
        ...
    @property
    def usage(self) -> Usage:
        ...
class Run:
    """
    One answer on its way; dropping it stops it.
    """
    def next(self, timeout_ms: typing.SupportsInt | typing.SupportsIndex = -1) -> RunProgress | TokenStep | RunFinished | None:
        """
        Wait for the next event; None where none came in time, or after RunFinished.
        """
    def stop(self) -> None:
        """
        Ask it to end after the unit of work that it is in.
        """
    def take(self, pause_ms: typing.SupportsInt | typing.SupportsIndex) -> list[RunProgress | TokenStep | RunFinished]:
        """
        Wait for the next events and take all; further tokens come `pause_ms` apart at least. Empty after RunFinished.
        """
    @property
    def finished(self) -> bool:
        """
        Whether RunFinished was taken.
        """
class PromptToken:
    """
    A token of a prompt, or a picture of `cells` cells.
    """
    @property
    def cells(self) -> int:
        ...
    @property
    def control(self) -> bool:
        ...
    @property
    def id(self) -> int:
        ...
class Model:
    """
    A model pair and its compute thread.
    """
    def __init__(self, model_path: bytes, projector_path: bytes, options: LoadOptions) -> None:
        """
        Begin to load; an empty projector path makes it blind.
        """
    def cancel_load(self) -> None:
        """
        Stop the loading.
        """
    def info(self) -> ModelInfo:
        """
        The loaded model in figures.
        """
    def picture_cost(self, width: typing.SupportsInt | typing.SupportsIndex, height: typing.SupportsInt | typing.SupportsIndex) -> PictureCost:
        """
        What a picture of this size takes.
        """
    def statistics(self) -> Statistics:
        """
        What the compute thread did so far.
        """
    def submit(self, request: GenerationRequest) -> Run:
        """
        Queue a request.
        """
    def token_bytes(self, id: typing.SupportsInt | typing.SupportsIndex) -> bytes:
        """
        The bytes of a token.
        """
    def tokenize(self, prompt: collections.abc.Sequence[TemplateText | UserText | Picture]) -> list[PromptToken]:
        """
        The tokens of a prompt, to look at them.
        """
    def tokenize_answer(self, text: str) -> list[int]:
        """
        The tokens of a given answer, for `GenerationRequest.forced`.
        """
    def wait_loaded(self, timeout_ms: typing.SupportsInt | typing.SupportsIndex) -> LoadProgress:
        """
        Wait for the loading to advance; raises what made it fail.
        """
class TopToken:
    """
    A token and its logit.
    """
    @property
    def id(self) -> int:
        ...
    @property
    def logit(self) -> float:
        ...
class Distribution:
    """
    Exact measures of one row of logits.
    """
    def logprob(self, logit: typing.SupportsFloat | typing.SupportsIndex) -> float:
        """
        Its log-probability in nats.
        """
    @property
    def entropy(self) -> float:
        ...
    @property
    def log_normaliser(self) -> float:
        ...
    @property
    def top(self) -> list[TopToken]:
        ...
def kernels() -> list[str]:
    """
    The kernels of this processor, best first.
    """
def leave_last_words(sentence: str) -> None:
    """
    Have a crash in native code say this on standard error.
    """
def list_devices() -> list[DeviceInfo]:
    """
    The devices of this machine.
    """
def measure(logits: typing.Annotated[numpy.typing.ArrayLike, numpy.float32], k: typing.SupportsInt | typing.SupportsIndex, kernel: str = '') -> Distribution:
    """
    Measure a row of logits, by the best kernel or a named one.
    """
def resolve_devices(name: str) -> list[str]:
    """
    The GPUs that a name stands for; none for the CPU.
    """
def take_log() -> list[LogLine]:
    """
    The lines that llama.cpp logged since the last call.
    """
