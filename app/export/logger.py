"""Files that log the gradient noise of a reader's own run, in each framework."""

from typing import NamedTuple

from app.export.templates import environment
from app.science.errors import ParameterError
from app.science.message import Message

FRAMEWORKS = ("pytorch", "keras", "jax")
PARTS = {
    "micro-batches": Message("micro-batches that a gradient is accumulated over"),
    "ranks": Message("data-parallel ranks"),
    "examples": Message("single examples"),
}
LOOPS = {
    "own": Message("a loop of one's own, or Keras' fit"),
    "fully-shard": Message("one whose parameters PyTorch's fully_shard shards"),
    "lightning": Message("Lightning's Trainer"),
    "transformers": Message("the Trainer of Hugging Face's transformers"),
}


class LoggerFile(NamedTuple):
    """A file.

    Attributes:
        name: what it is saved as, so that it can be imported.
        template: its file in templates/logger.
    """

    name: str
    template: str

    @property
    def module(self) -> str:
        """By what name Python imports it."""
        return self.name.removesuffix(".py")


# By framework, parts and loop.
FILES = {
    ("pytorch", "micro-batches", "own"): LoggerFile(
        "batchscape_pytorch.py", "pytorch-micro-batches"
    ),
    ("pytorch", "micro-batches", "lightning"): LoggerFile(
        "batchscape_lightning.py", "pytorch-lightning"
    ),
    ("pytorch", "micro-batches", "transformers"): LoggerFile(
        "batchscape_transformers.py", "pytorch-transformers"
    ),
    ("pytorch", "ranks", "own"): LoggerFile("batchscape_pytorch_ranks.py", "pytorch-ranks"),
    ("pytorch", "ranks", "fully-shard"): LoggerFile(
        "batchscape_pytorch_fully_shard.py", "pytorch-ranks"
    ),
    ("pytorch", "examples", "own"): LoggerFile(
        "batchscape_pytorch_examples.py", "pytorch-examples"
    ),
    ("keras", "micro-batches", "own"): LoggerFile("batchscape_keras.py", "keras"),
    ("jax", "micro-batches", "own"): LoggerFile("batchscape_jax.py", "jax"),
    ("jax", "ranks", "own"): LoggerFile("batchscape_jax_ranks.py", "jax"),
    ("jax", "examples", "own"): LoggerFile("batchscape_jax_examples.py", "jax"),
}

_environment = environment("logger")


def logger_file(framework: str, parts: str, loop: str) -> LoggerFile:
    """The file of a framework.

    Raises:
        ParameterError: it has none for these parts, or for these in such a loop.

    >>> logger_file("jax", "examples", "own").name
    'batchscape_jax_examples.py'
    """
    found = FILES.get((framework, parts, loop))
    if found:
        return found
    loops = [each for one, other, each in FILES if (one, other) == (framework, parts)]
    if loops:
        raise ParameterError("loop", loop, Message("one of {names}", names=", ".join(loops)))
    kinds = dict.fromkeys(each for one, each, _ in FILES if one == framework)
    raise ParameterError("parts", parts, Message("one of {names}", names=", ".join(kinds)))


def logger_text(framework: str, parts: str, loop: str, server: str) -> str:
    """What is in it.

    Args:
        framework, parts, loop: which file, as `logger_file`.
        server: the address that its link leads to, without quotes or line ends.

    Raises:
        ParameterError: as `logger_file`.
    """
    template = _environment.get_template(f"{logger_file(framework, parts, loop).template}.py.jinja")
    return template.render(
        server=server,
        framework=framework,
        parts=parts,
        sharded=loop == "fully-shard",
        beside=FILES["pytorch", "micro-batches", "own"].module,
    )
