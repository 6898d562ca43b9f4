"""What the command lines share: a person's mistake is one sentence on stderr and exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import BadInput

DEVICES = ("auto", "cpu", "cuda", "mps")  # the choices of --device; engine.runtime.device makes one of them real


@contextmanager
def exit_on_bad_input() -> Iterator[None]:
    """Turn BadInput into its sentence and exit code 2; everything else stays a defect with its traceback."""
    try:
        yield
    except BadInput as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
