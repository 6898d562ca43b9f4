"""The rendered pieces and composed takes of a report, kept as FLAC so that a stopped report can continue.

The folder holds pieces/SEED/TRACK.flac and takes/CASE/TRACK.flac. A take has its generated tracks and request.json.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import soundfile

from engine.audio.io import write_audio
from engine.audio.pcm24 import snap_to_24_bit
from engine.errors import BadInput
from engine.evaluation.reporting.cases import Case, Sampling
from engine.evaluation.reporting.pieces import Piece, described_piece, held_out_piece
from engine.models.checkpoint import Checkpoint, digest
from engine.request import ComposeRequest
from engine.runtime.atomic import atomic_path
from engine.take import Take
from engine.tracks import TRACKS

LONGEST_S = 10.0
MAX_PIECES_IN_MEMORY = 8  # 15 MB each


class ReportCache:
    """The folder of a report.

    model: identifies the model (`model_id`), so that takes of two models are not mixed; pieces: folder of the rendered
    pieces, if it is not a subfolder. Raises BadInput if the folder holds takes of another model.
    """

    def __init__(self, folder: Path, model: str, pieces: Path | None = None) -> None:
        self.folder, self._pieces = folder, pieces or folder / "pieces"
        self._in_memory: OrderedDict[int, Piece] = OrderedDict()
        folder.mkdir(parents=True, exist_ok=True)
        model_path = folder / "model.txt"
        if model_path.exists() and model_path.read_text() != model:
            raise BadInput(f"{folder} holds takes of another model ({model_path.read_text()}). Give another --out.")
        model_path.write_text(model)

    def pieces(self, number: int, first_seed: int, fits: Callable[[Piece], bool]) -> list[Piece]:
        """The first `number` held-out pieces from that seed on that fit, without stems (`piece` has the stems)."""
        found = (piece for seed in count(first_seed) if (piece := self._piece(seed)) is not None and fits(piece))
        return [replace(next(found), stems={}) for _ in range(number)]

    def piece(self, seed: int) -> Piece:
        """A held-out piece with its stems. Raises BadInput if its chords cannot be typed in a request."""
        piece = self._piece(seed)
        if piece is None:
            raise BadInput(f"The held-out piece {seed} cannot be typed as a request.")
        return piece

    def take(self, case: Case, piece: Piece, sampling: Sampling) -> dict[str, np.ndarray] | None:
        """The generated stems `[2, S]` of a case; None if they are missing or belong to another request."""
        return _read_stems(self.take_folder(case)) if self.has_take(case, piece, sampling) else None

    def has_take(self, case: Case, piece: Piece, sampling: Sampling) -> bool:
        """Whether the case was composed with exactly this request."""
        path = self.take_folder(case) / "request.json"
        return path.is_file() and json.loads(path.read_text()) == _as_json(case.request(piece, sampling))

    def add_take(self, case: Case, take: Take) -> None:
        """Store a composed take."""
        generated = {track: take.stems[track] for track in take.request.targets}
        _write_folder(self.take_folder(case), generated, _as_json(take.request))

    def take_folder(self, case: Case) -> Path:
        return self.folder / "takes" / case.name

    def piece_folder(self, seed: int) -> Path:
        return self._pieces / str(seed)

    def _piece(self, seed: int) -> Piece | None:
        if seed not in self._in_memory:
            piece = self._read_or_render(seed)
            if piece is None:
                return None
            self._in_memory[seed] = piece
            while len(self._in_memory) > MAX_PIECES_IN_MEMORY:
                self._in_memory.popitem(last=False)
        self._in_memory.move_to_end(seed)
        return self._in_memory[seed]

    def _read_or_render(self, seed: int) -> Piece | None:
        folder = self.piece_folder(seed)
        if folder.is_dir():
            described = described_piece(seed, LONGEST_S)
            return None if described is None else replace(described, stems=_read_stems(folder))
        piece = held_out_piece(seed, LONGEST_S)
        if piece is None:
            return None
        stems = {track: snap_to_24_bit(stem) for track, stem in piece.stems.items()}
        _write_folder(folder, stems, {"seed": seed, "prompt": piece.prompt, "key": piece.key})
        return replace(piece, stems=stems)


def model_id(name: str, checkpoint: Checkpoint) -> str:
    """The model's name and digests of its weights."""
    parts = ("unet", "whitening", "autoencoder", "instrument_classifier")
    return " ".join([name, *(digest(checkpoint.states[part])[:8] for part in parts if part in checkpoint.states)])


def _as_json(request: ComposeRequest) -> dict[str, object]:
    """Everything that decides a take except its audio, as json.loads reads it back."""
    return json.loads(json.dumps(request.to_json()))


def _write_folder(folder: Path, stems: Mapping[str, np.ndarray], facts: Mapping[str, object]) -> None:
    """Write the folder whole or not at all, since a report may be stopped at any time."""
    with atomic_path(folder) as temporary:
        temporary.mkdir()
        for track, stem in stems.items():
            write_audio(temporary / f"{track}.flac", stem, "FLAC")
        (temporary / "request.json").write_text(json.dumps(facts, indent=1))


def _read_stems(folder: Path) -> dict[str, np.ndarray]:
    return dict(_stems(folder))


def _stems(folder: Path) -> Iterator[tuple[str, np.ndarray]]:
    for track in TRACKS:
        path = folder / f"{track}.flac"
        if path.is_file():
            yield track, soundfile.read(path, dtype="float32", always_2d=True)[0].T.copy()
