"""Pack a trained composer as the bundled model, matrices as int8: `python -m engine.training.bundle --model RUN`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from engine.checkpoint import load_checkpoint, save_checkpoint
from engine.cli import exit_on_bad_input

MIB = 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model.safetensors of a composer run")
    parser.add_argument("--out", type=Path, default=Path("assets/compact.safetensors"))
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        save_checkpoint(options.out, load_checkpoint(options.model), int8=True)
    print(f"{options.out}: {options.out.stat().st_size / MIB:.1f} MiB")


if __name__ == "__main__":
    main()
