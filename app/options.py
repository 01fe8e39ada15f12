"""From the command line and the environment to the settings; what is wrong there is one line."""

import os
import sys
from argparse import ArgumentParser
from typing import NoReturn

import shtab
from pydantic import ValidationError
from pydantic_settings import CliApp, CliSettingsSource

from app.language.nearest import nearest
from app.language.speech import inside
from app.settings import Settings
from app.version import VERSION

PREFIX = Settings.model_config["env_prefix"]
OWN = ("version", "print_completion")  # of the command alone


def read_settings() -> Settings:
    """The settings that the command was started with.

    Exits with 2 if an option is unknown or a value not allowed. An unknown variable is told alone:
    orchestrators add some of that prefix.
    """
    parser = _Parser(prog="batchscape", description=Settings.__doc__, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"Batchscape {VERSION}")
    shtab.add_argument_to(parser, "--print-completion")
    for variable in sorted(os.environ):
        name = variable.upper().removeprefix(PREFIX).lower()
        if variable.upper() == _variable(name) and name not in Settings.model_fields:
            near = nearest(name, Settings.model_fields)
            _say(f"{variable} is no setting{_question(near and _variable(near))}")
    try:
        source: CliSettingsSource[ArgumentParser] = CliSettingsSource(Settings, root_parser=parser)
        return CliApp.run(Settings, cli_settings_source=source)
    except ValidationError as error:
        reasons = [
            f"{e['loc'][0]} is {e['input']!r}: {inside(e['msg'].removeprefix('Value error, '))}"
            for e in error.errors()
        ]
        raise failure(2, "; ".join(reasons)) from None


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, with the option that may have been meant."""
        words = message.split()
        given = [word.partition("=")[0] for word in words if word.startswith("--")]
        if words[0] == "unrecognized" and given:
            asked = given[0].removeprefix("--").removeprefix("no-")
            near = nearest(asked, (*Settings.model_fields, *OWN))
            message += _question(near and _option(near))
        raise failure(2, message)


def _question(meant: str | None) -> str:
    return f"; did you mean {meant}?" if meant else ""


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def failure(status: int, reason: str) -> SystemExit:
    """The end of the command, which says why."""
    _say(reason)
    return SystemExit(status)


def _say(reason: str) -> None:
    print(f"batchscape: {reason}", file=sys.stderr)
