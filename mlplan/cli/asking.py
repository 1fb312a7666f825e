"""Asking: a question to whoever sits at the terminal."""

import sys

from mlplan.cli.terminal import Terminal
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.errors import Mistake


def asked(terminal: Terminal, question: str, instead: str) -> bool:
    """Return whether a person agrees; Mistake, with what to do instead, where there is nobody to ask."""
    if not sys.stdin.isatty():
        raise Mistake(Diagnostic("MLE702", "there is no terminal to ask for agreement", hint=instead))
    terminal.say(f"\n{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")
