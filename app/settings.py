"""Settings: the command's options and the ``BATCHSCAPE_*`` environment, one model for both."""

from ipaddress import ip_network
from typing import Literal

from pydantic import DirectoryPath, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """See what batch size does: serve the Batchscape page and API."""

    model_config = SettingsConfigDict(
        env_prefix="BATCHSCAPE_",
        env_ignore_empty=True,
        cli_prog_name="batchscape",
        cli_implicit_flags=True,
        cli_kebab_case=True,
    )

    host: str = Field(default="127.0.0.1", min_length=1, description="address to listen on")
    port: int = Field(
        default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one"
    )
    workers: int = Field(default=1, ge=1, le=64, description="processes that serve")
    threads: int = Field(
        default=1,
        ge=1,
        le=64,
        description="computations at once in a process; several take turns, workers do not",
    )
    queue: int = Field(
        default=1000,
        ge=0,
        le=10_000,
        description="requests in a process that may wait for that; more are answered with 503",
    )
    shared: DirectoryPath | None = Field(
        default=None,
        description="directory, theirs alone, in which processes share results; else a new one",
    )
    root_path: str = Field(
        default="",
        pattern="^(/[\\w.~-]+)*$",
        description="path that a proxy in front takes off, as /batchscape",
    )
    forwarded_allow_ips: str = Field(
        default="127.0.0.1,::1",
        description="proxies whose X-Forwarded-Proto and -For are believed: addresses or networks, "
        "with commas between; * is any",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="what is logged to stderr; at info, a JSON line a request"
    )
    dask: str | None = Field(
        default=None,
        pattern="^[a-z]+://",
        description="Dask scheduler, as tcp://host:8786, whose workers sweep; else this machine's",
    )
    warm: bool = Field(
        default=True,
        description="compute each surface's first picture after the start, while nothing is asked",
    )
    open: bool = Field(default=False, description="open the page in the browser when it is ready")

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        """Refuse what uvicorn would take for the name of a socket, and then never meet."""
        for place in () if value == "*" else value.split(","):
            try:
                ip_network(place.strip())
            except ValueError:
                raise ValueError(
                    "input should be *, or addresses or networks with commas between, as "
                    "10.0.0.0/8,::1"
                ) from None
        return value
