"""Shared by all command lines: bad input gives one sentence on stderr and exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import BadInput

DEVICES = ("auto", "cpu", "cuda", "mps")  # the choices of --device; engine.runtime.device makes one of them real


@contextmanager
def exit_on_bad_input() -> Iterator[None]:
    """Turn BadInput into its sentence and exit code 2. Any other exception keeps its traceback: it is a defect."""
    try:
        yield
    except BadInput as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
