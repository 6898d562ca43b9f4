"""What a report has rendered and composed, as FLAC in its folder: it goes on from there, and measures it again.

pieces/SEED/TRACK.flac and takes/CASE/TRACK.flac: the made tracks only, beside the request.
"""

from __future__ import annotations

import json
import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path

import numpy as np
import soundfile

from engine.audio.pcm24 import SAMPLE_RATE_HZ, snap_to_24_bit
from engine.errors import BadInput
from engine.evaluation.reporting.cases import Case, Sampling
from engine.evaluation.reporting.pieces import Piece, described_piece, held_out_piece
from engine.models.checkpoint import Checkpoint, digest
from engine.request import ComposeRequest
from engine.take import Take
from engine.tracks import TRACKS

LONGEST_S = 10.0
PIECES_AT_HAND = 8  # 15 MB each


class ReportCache:
    """A report's folder. model: what tells the weights of its takes from others; pieces: where rendered pieces lie, if
    not in the folder.
    """

    def __init__(self, folder: Path, model: str, pieces: Path | None = None) -> None:
        self.folder, self._pieces = folder, pieces or folder / "pieces"
        self._at_hand: OrderedDict[int, Piece] = OrderedDict()
        folder.mkdir(parents=True, exist_ok=True)
        of_model = folder / "model.txt"
        if of_model.exists() and of_model.read_text() != model:
            raise BadInput(f"{folder} holds takes of another model ({of_model.read_text()}). Give another --out.")
        of_model.write_text(model)

    def pieces(self, number: int, first_seed: int, fits: Callable[[Piece], bool]) -> list[Piece]:
        """The first held-out pieces from a seed on that fit, without their stems (`piece` gives those)."""
        found = (piece for seed in count(first_seed) if (piece := self._piece(seed)) is not None and fits(piece))
        return [replace(next(found), stems={}) for _ in range(number)]

    def piece(self, seed: int) -> Piece:
        """A held-out piece that can be told as a request, with its stems."""
        piece = self._piece(seed)
        if piece is None:
            raise BadInput(f"The held-out piece {seed} cannot be typed as a request.")
        return piece

    def take(self, case: Case, piece: Piece, sampling: Sampling) -> dict[str, np.ndarray] | None:
        """The made stems `[2, S]` of a case; None where they are not there, or were asked for otherwise."""
        return _read_stems(self.take_folder(case)) if self.has_take(case, piece, sampling) else None

    def has_take(self, case: Case, piece: Piece, sampling: Sampling) -> bool:
        """Whether a case was composed, just as it is asked for now."""
        asked = self.take_folder(case) / "request.json"
        return asked.is_file() and json.loads(asked.read_text()) == _as_json(case.request(piece, sampling), sampling)

    def add_take(self, case: Case, take: Take, sampling: Sampling) -> None:
        """Keep what a composer made."""
        made = {track: take.stems[track] for track in take.request.targets}
        _write_folder(self.take_folder(case), made, _as_json(take.request, sampling))

    def take_folder(self, case: Case) -> Path:
        return self.folder / "takes" / case.name

    def piece_folder(self, seed: int) -> Path:
        return self._pieces / str(seed)

    def _piece(self, seed: int) -> Piece | None:
        if seed not in self._at_hand:
            piece = self._read_or_render(seed)
            if piece is None:
                return None
            self._at_hand[seed] = piece
            while len(self._at_hand) > PIECES_AT_HAND:
                self._at_hand.popitem(last=False)
        self._at_hand.move_to_end(seed)
        return self._at_hand[seed]

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
    """A model's name and what its weights are."""
    parts = ("unet", "whitening", "autoencoder", "instrument_classifier")
    return " ".join([name, *(digest(checkpoint.states[part])[:8] for part in parts if part in checkpoint.states)])


def write_flac(path: Path, sound: np.ndarray) -> None:
    """`[2, S]` on the 24-bit grid, read back exactly."""
    integers = np.rint(sound.astype(np.float64) * 2**31).astype(np.int32)
    soundfile.write(path, integers.T, SAMPLE_RATE_HZ, subtype="PCM_24", format="FLAC")


def _as_json(request: ComposeRequest, sampling: Sampling) -> dict[str, object]:
    """All that decides a take but its audio, as it reads after a way through JSON."""
    return json.loads(json.dumps({**request.to_json(), **asdict(sampling.walk)}))


def _write_folder(folder: Path, stems: Mapping[str, np.ndarray], facts: Mapping[str, object]) -> None:
    """Whole or not at all: a report may be stopped at any time."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for track, stem in stems.items():
        write_flac(partial / f"{track}.flac", stem)
    (partial / "request.json").write_text(json.dumps(facts, indent=1))
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _read_stems(folder: Path) -> dict[str, np.ndarray]:
    return dict(_stems(folder))


def _stems(folder: Path) -> Iterator[tuple[str, np.ndarray]]:
    for track in TRACKS:
        path = folder / f"{track}.flac"
        if path.is_file():
            yield track, soundfile.read(path, dtype="float32", always_2d=True)[0].T.copy()
