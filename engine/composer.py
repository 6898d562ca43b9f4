"""The composer: a request goes in, a take comes out. `Composer.compose` is the recipe, step by step.

Letters of the shapes: K tracks in the order of TRACKS, C latent channels, L latent frames, S samples, D text width.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.autoencoder.kinds import build_autoencoder
from engine.checkpoint import Checkpoint, load_checkpoint
from engine.device import autocast, choose_device
from engine.diffusion.context import Context, known_frames
from engine.diffusion.generation import generate
from engine.diffusion.guidance import Conditions
from engine.diffusion.leadsheet import LeadSheet
from engine.diffusion.timesteps import level_matrix
from engine.diffusion.unet import UNet
from engine.errors import BadInput
from engine.presets import PRESETS
from engine.prompts import lines_of
from engine.random_model import random_checkpoint
from engine.request import TRACKS, ComposeRequest, Role, Take
from engine.splice import lowered_to_full_scale, region_samples, spliced
from engine.text import load_text_encoder
from engine.whitening import Whitening

NO_PROMPT = "Nothing was described: the music followed the chords, the key and what is kept."
ASSETS = Path(__file__).resolve().parent.parent / "assets"


@dataclass(frozen=True)
class Progress:
    """Where a composition stands: `step` of `steps` of the stage "text", "encode", "denoise" or "decode" are done."""

    stage: str
    step: int
    steps: int


OnStep = Callable[[Progress], None]  # may raise engine.errors.Cancelled to stop


class Composer:
    """A model, ready to compose. Build it with `Composer.load`; one composition at a time.

    name, description: for people; device: where the network runs; max_duration_s: the longest piece.
    """

    def __init__(self, checkpoint: Checkpoint, name: str, device: torch.device) -> None:
        preset, states = checkpoint.preset, checkpoint.states
        self.name, self.device, self.preset = name, device, preset
        # MPS lacks the double precision that phases are summed up in.
        self._audio_device = torch.device("cpu") if device.type == "mps" else device
        self._autoencoder = build_autoencoder(preset.autoencoder).eval().to(self._audio_device)
        self._whitening = Whitening(preset.autoencoder.latent_channels, preset.kept_latent_channels).to(device)
        self._unet = UNet(preset).eval().to(device)
        self._autoencoder.load_state_dict(states["autoencoder"])
        self._whitening.load_state_dict(states["whitening"])
        self._unet.load_state_dict(states["unet"])
        self._text = load_text_encoder(preset.text)
        weights = sum(p.numel() for module in (self._autoencoder, self._unet) for p in module.parameters())
        self.max_duration_s = preset.max_window_frames / preset.autoencoder.latent_rate_hz
        self.description = f"{name}, {weights / 1e6:.1f} M weights, pieces up to {self.max_duration_s:.0f} s"

    @classmethod
    def load(cls, model: str | Path, device: str = "auto") -> Composer:
        """ "compact" (the bundled weights), "debug" (small and random), or a checkpoint's path. Raises BadInput."""
        chosen = choose_device(device)
        if str(model) == "debug":
            return cls(random_checkpoint(PRESETS["debug"]), "debug", chosen)
        path = ASSETS / "compact.safetensors" if str(model) == "compact" else Path(model)
        if not path.is_file():
            raise BadInput(f"There is no model at {path}. Choose compact, debug or the path of a checkpoint.")
        checkpoint = load_checkpoint(path)
        missing = {"autoencoder", "whitening", "unet"} - set(checkpoint.states)
        if missing or checkpoint.preset.tracks != TRACKS:
            raise BadInput(f"{path} is not a whole composer for {', '.join(TRACKS)}. Finish its training first.")
        return cls(checkpoint, "compact" if str(model) == "compact" else path.stem, chosen)

    @torch.inference_mode()
    def compose(self, request: ComposeRequest, on_step: OnStep | None = None) -> Take:
        """Make the targets of a request so that they fit what is kept.

        The take holds every track but the absent ones. Same request -> same audio on the same machine. Raises
        BadInput if the piece is longer than the model's window, and whatever `on_step` raises.
        """
        frames = self._frames(request)
        roles = [request.tracks[name].role for name in TRACKS]
        clock = _StageClock(on_step)

        lines = lines_of(request)  # (1) the task prefix, the prompt, one line a track
        with clock.stage("text"):
            text = self._text.encode_lines(lines)  # (2) [2 + K, D]

        with clock.stage("encode", steps=len(TRACKS)) as report:
            raw = self._encode(request, frames, report)  # (3) [K, C, L]
            latents = self._whitening.whiten(raw)  # (4) [K, C', L]

        known = known_frames(roles, frames, self._region_frames(request))  # (5) [K, L]
        conditions = Conditions(
            Context.of(latents[None], known[None].to(self.device)),
            self._lead_sheet(request, frames)[None].to(self.device),  # [1, 66, L]
            text[None].to(self.device),
        )
        levels = level_matrix(  # (6) [steps + 1, K]
            roles, request.steps, request.distance, self.preset.training.discrete_levels
        )
        dice = torch.Generator().manual_seed(request.seed)  # on the CPU: the same noise on every device
        with clock.stage("denoise", request.steps) as report, autocast(self.device.type):
            made = generate(  # (7) [1, K, C', L], row by row down the level matrix
                self._unet, latents[None], conditions, levels, [dice], request.guidance, on_step=report
            )

        with clock.stage("decode", steps=len(request.targets)) as report:
            stems, notes = self._stems(request, self._whitening.unwhiten(made[0]), report)  # (8)
        return Take(stems, request, clock.seconds, notes)

    def _frames(self, request: ComposeRequest) -> int:
        """Latent frames of the piece. Raises BadInput if they are more than the model was made for."""
        frames = self._autoencoder.latent_frames(request.length_samples)
        if frames > self.preset.max_window_frames:
            fit = int(self.max_duration_s / request.grid.bar_s)
            raise BadInput(
                f"{request.bars} bars at {request.tempo_bpm:g} BPM last {request.duration_s:.0f} s; this model makes "
                f"up to {self.max_duration_s:.0f} s at once. Choose {fit} bars or fewer."
            )
        return frames

    def _encode(self, request: ComposeRequest, frames: int, report: Callable[[int, int], None]) -> Tensor:
        """Raw latents `[K, C, L]` of the tracks that are listened to, zeros for the others.

        Track by track, so that no track's latents depend on its company.
        """
        raw = torch.zeros(len(TRACKS), self.preset.autoencoder.latent_channels, frames, device=self.device)
        for k, name in enumerate(TRACKS):
            if _is_heard(request, name):
                waveform = torch.from_numpy(_audio_of(request, name)).to(self._audio_device)
                raw[k] = self._autoencoder.encode(waveform[None])[0]
            report(k + 1, len(TRACKS))
        return raw

    def _region_frames(self, request: ComposeRequest) -> tuple[int, int] | None:
        """The latent frames that the region touches; None if all may change."""
        if request.region is None:
            return None
        start, end = region_samples(request)
        hop = self.preset.autoencoder.latent_hop_samples
        return start // hop, math.ceil(end / hop)

    def _lead_sheet(self, request: ComposeRequest, frames: int) -> Tensor:
        """Beats, chords and key of the request as channels `[66, L]`."""
        sheet = LeadSheet(request.grid, request.parsed_chords, request.parsed_key)
        return sheet.channels(frames, self.preset.autoencoder.latent_rate_hz)

    def _stems(
        self, request: ComposeRequest, raw: Tensor, report: Callable[[int, int], None]
    ) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
        """Raw latents `[K, C, L]` -> the stems of a take and its notes. A kept track is the very one that was given."""
        stems: dict[str, np.ndarray] = {}
        notes = [] if request.prompt.strip() else [NO_PROMPT]
        for k, name in enumerate(TRACKS):
            if request.tracks[name].role is Role.KEEP:
                stems[name] = _audio_of(request, name)
            elif name in request.targets:
                latents = raw[k : k + 1].to(self._audio_device)
                sound = self._autoencoder.decode(latents, request.length_samples)[0].cpu().numpy()  # [2, S]
                sound, lowered_db = lowered_to_full_scale(sound)
                if lowered_db:
                    notes.append(f"The {name} was lowered by {lowered_db:.1f} dB, or it would clip.")
                stems[name] = spliced(sound, _audio_of(request, name), region_samples(request))
                report(request.targets.index(name) + 1, len(request.targets))
        return stems, tuple(notes)


def _is_heard(request: ComposeRequest, name: str) -> bool:
    """Whether the model may know what the lane holds: all of it, or what lies outside the region."""
    role = request.tracks[name].role
    return role in (Role.KEEP, Role.VARY) or (role is Role.GENERATE and request.region is not None)


def _audio_of(request: ComposeRequest, name: str) -> np.ndarray:
    """What a lane holds, `[2, S]` float32; silence if it holds nothing."""
    audio = request.tracks[name].audio
    return np.zeros((2, request.length_samples), np.float32) if audio is None else audio


class _StageClock:
    """Reports the progress of each stage and measures its seconds."""

    def __init__(self, on_step: OnStep | None) -> None:
        self.seconds: dict[str, float] = {}
        self._on_step = on_step or (lambda progress: None)

    @contextmanager
    def stage(self, name: str, steps: int = 1) -> Iterator[Callable[[int, int], None]]:
        """Yields what reports (steps done, steps in all)."""
        began_s = time.perf_counter()
        self._on_step(Progress(name, 0, steps))
        yield lambda done, in_all: self._on_step(Progress(name, done, in_all))
        self.seconds[name] = time.perf_counter() - began_s
