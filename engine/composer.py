"""The composer: a request goes in, a take comes out. `Composer.compose` is the recipe, step by step.

Letters of the shapes: K tracks in the order of TRACKS, C latent channels, L latent frames, S samples, D text width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.audio.crossfade import crossfaded, prevent_clipping, rising
from engine.audio.levels import is_silent
from engine.diffusion.context import Context, LatentCrossfade
from engine.diffusion.guidance import Conditions
from engine.diffusion.lead_sheet import LeadSheet
from engine.diffusion.noise_schedule import level_matrix
from engine.diffusion.samplers import SamplerSettings
from engine.inference.conditioning import Harmony, context_audio, is_encoded, lane_audio, resolve_harmony
from engine.inference.denoising import generate
from engine.inference.generation_order import generation_order, group_request
from engine.inference.instrument_lines import resolve_instruments
from engine.inference.streaming_decoder import StemDecoders, margin_frames
from engine.inference.windowing import Window, changing_frames, is_continuation, known_frames_in_window, plan_windows
from engine.models.adapter import adapted
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.checkpoint import Checkpoint
from engine.models.instrument_classifier import ClassifierGuidance, InstrumentClassifier
from engine.models.registry import open_model
from engine.models.unet import UNet
from engine.models.whitening import Whitening
from engine.prompt_sections import shares
from engine.request import MAX_DURATION_S, ComposeRequest, changing_samples
from engine.runtime.device import autocast, choose_device
from engine.runtime.progress import OnStep, StageClock
from engine.take import Take, Written
from engine.text.encoders import instrument_multi_hot, load_text_encoder
from engine.text.prompts import lines_of_sections
from engine.tracks import TRACKS, Role

TRIES = 3  # of a turn: who asks for a lane wants to hear it
NO_PROMPT = "Nothing was described: the music followed the chords, the key and what is kept."


class Composer:
    """A model, ready to compose. Build it with `Composer.load`; one composition at a time.

    name, description: for people; device: where the network runs; sampler_settings: how it samples.
    """

    def __init__(self, checkpoint: Checkpoint, name: str, device: torch.device) -> None:
        preset, states = checkpoint.preset, checkpoint.states
        self.name, self.device, self.preset = name, device, preset
        # MPS lacks the double precision that phases are summed up in.
        self._audio_device = torch.device("cpu") if device.type == "mps" else device
        # Fresh weights are drawn and then overwritten (0.15 s; building on the meta device imports for seconds): of a
        # generator that is put back, so that whoever loads a model draws on as if it had not.
        with torch.random.fork_rng(devices=[]):
            self._autoencoder = build_autoencoder(preset.autoencoder).eval().to(self._audio_device)
            self._unet = UNet(preset).eval().to(device)
            self._ear = InstrumentClassifier(preset).eval().to(device) if "ear" in states else None
        self._whitening = Whitening(preset.autoencoder.latent_channels, preset.kept_latent_channels).to(device)
        self._autoencoder.load_state_dict(states["autoencoder"])
        self._whitening.load_state_dict(states["whitening"])
        self._unet.load_state_dict(states["unet"])
        if self._ear is not None:
            self._ear.load_state_dict(states["ear"])
        self._trained_unet = self._unet
        self.sampler_settings = SamplerSettings()
        self._adapted_by: tuple[Path, int] | None = None  # the adapter's file and when it was written
        self._text = load_text_encoder(preset.text)
        weights = sum(p.numel() for module in (self._autoencoder, self._unet) for p in module.parameters())
        window_s, longest_min = preset.max_window_frames / preset.autoencoder.latent_rate_hz, MAX_DURATION_S / 60
        reach = f"pieces up to {longest_min:.0f} min in windows of {window_s:.0f} s"
        self.description = f"{name}, {weights / 1e6:.1f} M weights, {reach}"

    @classmethod
    def load(cls, model: str | Path, device: str = "auto") -> Composer:
        """ "compact" (the bundled weights), "debug" (small and random), or a checkpoint's path. Raises BadInput."""
        name, checkpoint = open_model(model)
        return cls(checkpoint, name, choose_device(device))

    def use_adapter(self, path: Path | None) -> None:
        """Compose with what an adapter file has learned, or, with None, as the model was trained.

        The adapter's network is a copy; the model's own is never written to. Raises BadInput, and nothing is changed.
        """
        chosen = None if path is None else (path, path.stat().st_mtime_ns if path.is_file() else 0)
        if chosen == self._adapted_by:
            return
        self._unet = self._trained_unet if path is None else adapted(self._trained_unet, path)
        self._adapted_by = chosen

    @torch.inference_mode()
    def compose(self, request: ComposeRequest, on_step: OnStep | None = None) -> Take:
        """Make the targets of a request, in turns, so that they fit what is kept and each other.

        The take holds every track but the absent ones. Same request -> same audio on the same machine. A piece longer
        than the model's window is made window by window, and beyond request and take no more is held than one window
        needs. Raises BadInput where not even two beats fit into a window, and whatever `on_step` raises.
        """
        turns = generation_order(request)
        windows = [len(self.windows(group_request(request, turn, {}))) for turn in turns]
        clock = StageClock(on_step, sum(windows))
        with clock.stage("text"):
            voiced, chose = resolve_instruments(request)
            harmony = resolve_harmony(request)
        dice = torch.Generator().manual_seed(request.seed)  # on the CPU: the same noise on every device
        said = [request.prompt, *(section.prompt for section in request.story)]
        notes = [] if any(text.strip() for text in said) else [NO_PROMPT]
        stems = {name: lane_audio(request, name) for name in TRACKS if request.tracks[name].role is Role.KEEP}
        for number, turn in enumerate(turns):
            made, lowered = self._sounding(
                group_request(voiced, turn, stems), harmony, dice, clock, sum(windows[:number])
            )
            stems |= made
            notes += lowered
        stems = {name: stems[name] for name in TRACKS if name in stems}
        notes += [note for note in (chose, harmony.note) if note]
        return Take(stems, request, dict(clock.seconds), tuple(notes), _written(request, voiced, harmony))

    def _sounding(
        self, request: ComposeRequest, harmony: Harmony, dice: torch.Generator, clock: StageClock, before_it: int
    ) -> tuple[dict[str, np.ndarray], list[str]]:
        """What `_make` gives; made again, from other noise, where a lane that is made from nothing stays silent."""
        fresh = [name for name in request.targets if not is_encoded(request, name)]
        for _ in range(TRIES):
            made, notes = self._make(request, harmony, dice, clock, before_it)
            if not any(is_silent(made[name]) for name in fresh):
                break
        return made, notes

    def _make(
        self, request: ComposeRequest, harmony: Harmony, dice: torch.Generator, clock: StageClock, before_it: int
    ) -> tuple[dict[str, np.ndarray], list[str]]:
        """The stems of the targets of one turn, and notes on them. before_it: windows that were made in other turns."""
        windows = self.windows(request)
        roles = [request.tracks[name].role for name in TRACKS]
        changing = changing_frames(request, self.preset.autoencoder.latent_hop_samples)
        with clock.stage("text", window=before_it):
            lines = lines_of_sections(request)  # (1) the task prefix, the prompt, one line a track
            sounds = StemDecoders(self._autoencoder, self._told(request, lines), request.length_samples)
            steering = self._steering(request, lines)
            texts = [self._text.encode_lines(section)[None].to(self.device) for section in lines]  # (2) [1, 2 + K, D]
        levels = level_matrix(  # (6) [steps + 1, K]
            roles,
            request.steps,
            request.distance,
            self.preset.training.discrete_levels,
            self.sampler_settings.schedule_exponent,
        )
        before = torch.empty(0)  # what the window before has made of this one's frames: [K, C', L']
        for number, window in enumerate(windows):
            with clock.stage("encode", len(TRACKS), before_it + number) as report:
                raw = self._encode(request, window, report)  # (3) [K, C, L]
                latents = self._whitening.whiten(raw)  # (4) [K, C', L]
                if window.overlap:
                    latents[..., : window.overlap] = before[..., : window.overlap]

            known = known_frames_in_window(window, roles, changing)  # (5) [K, L]
            conditions = self._conditions(
                request, window, Context.of(latents[None], known[None].to(self.device)), texts, harmony
            )
            causal = not window.overlap and is_continuation(known, roles)
            with clock.stage("denoise", request.steps, before_it + number) as report, autocast(self.device.type):
                made = generate(  # (7) [K, C', L], row by row down the level matrix
                    self._unet,
                    latents[None],
                    conditions,
                    levels,
                    [dice],
                    request.guidance,
                    causal,
                    self.sampler_settings.eta,
                    _crossing(window, before) if window.crossing else None,
                    steering,
                    report,
                )[0]

            with clock.stage("decode", len(request.targets), before_it + number) as report:
                raw = self._whitening.unwhiten(made).to(self._audio_device)  # (8)
                for done, name in enumerate(request.targets, 1):
                    sounds.add(name, window, raw[TRACKS.index(name)])
                    report(done, len(request.targets))
            if not window.closes:
                before = made[..., windows[number + 1].start - window.start :]
        return _finished(request, sounds)

    def context(self, request: ComposeRequest) -> dict[str, np.ndarray]:
        """What `compose` lets the model know of each track (`engine.inference.conditioning.context_audio`)."""
        return context_audio(request, self.preset.autoencoder.latent_hop_samples)

    def windows(self, request: ComposeRequest) -> list[Window]:
        """The windows that a request is made in. Raises BadInput where not even two beats fit into one."""
        frames = self._autoencoder.latent_frames(request.length_samples)
        return plan_windows(request, frames, self.preset.autoencoder.latent_rate_hz, self.preset.max_window_frames)

    def _encode(self, request: ComposeRequest, window: Window, report: Callable[[int, int], None]) -> Tensor:
        """Raw latents `[K, C, L]` of the tracks that are listened to, zeros for the others.

        Track by track, so that no track's latents depend on its company; with a margin on both sides, so that they do
        not depend on where the window lies.
        """
        hop, margin = self.preset.autoencoder.latent_hop_samples, margin_frames(self._autoencoder)
        first = max(window.start - margin, 0)
        raw = torch.zeros(len(TRACKS), self.preset.autoencoder.latent_channels, window.frames, device=self.device)
        for k, name in enumerate(TRACKS):
            if is_encoded(request, name):
                heard = lane_audio(request, name)[:, first * hop : (window.end + margin) * hop]
                waveform = torch.from_numpy(heard).to(self._audio_device)
                encoded = self._autoencoder.encode(waveform[None])[0]  # [C, L and the margins]
                raw[k] = encoded[:, window.start - first : window.end - first]
            report(k + 1, len(TRACKS))
        return raw

    def _told(self, request: ComposeRequest, lines: Sequence[Sequence[str]]) -> dict[str, Tensor]:
        """Target -> what the decoder is told of it, `[I]`."""
        known = self.preset.autoencoder.instruments
        return {name: _named(lines, name, known).to(self._audio_device) for name in request.targets}

    def _steering(self, request: ComposeRequest, lines: Sequence[Sequence[str]]) -> ClassifierGuidance | None:
        """What leads the targets to the instruments that they shall be; None where nothing does."""
        if self._ear is None or not self.sampler_settings.classifier_scale:
            return None
        known = self.preset.text.instruments
        left_alone = torch.zeros(len(known))
        named = [_named(lines, name, known) if name in request.targets else left_alone for name in TRACKS]
        return ClassifierGuidance(self._ear, torch.stack(named).to(self.device), self.sampler_settings.classifier_scale)

    def _conditions(
        self,
        request: ComposeRequest,
        window: Window,
        context: Context,
        texts: Sequence[Tensor],
        harmony: Harmony,
    ) -> Conditions:
        """What the network is told in a window; texts: one `[1, 2 + K, D]` a section."""
        rate_hz = self.preset.autoencoder.latent_rate_hz
        offset_s = window.start / rate_hz
        written = LeadSheet(request.grid, harmony.chords, harmony.key)
        lead_sheet = written.channels(window.frames, rate_hz, offset_s)  # [66, L]
        share = shares(request.sections, request.grid, window.frames, rate_hz, offset_s)  # [sections, L]
        here = [s for s in range(len(texts)) if share[s].any()]
        sections = [(texts[s], torch.from_numpy(share[s]).to(self.device)) for s in here] if len(here) > 1 else []
        return Conditions(context, lead_sheet[None].to(self.device), texts[here[0]], tuple(sections))


def _named(lines: Sequence[Sequence[str]], name: str, instruments: Sequence[str]) -> Tensor:
    """The instruments that the line of a track names, `[I]`; zeros where sections disagree: it has one voice."""
    told = instrument_multi_hot([section[2 + TRACKS.index(name)] for section in lines], instruments)
    return told[0] if bool((told == told[0]).all()) else torch.zeros_like(told[0])


def _written(request: ComposeRequest, voiced: ComposeRequest, harmony: Harmony) -> Written:
    """voiced: the request with the instruments that were chosen for it."""
    lines = {name: track.line for name, track in voiced.tracks.items() if track.line != request.tracks[name].line}
    key = "" if harmony.key == request.parsed_key else str(harmony.key)
    return Written(harmony.spelled, key, lines)


def _finished(request: ComposeRequest, sounds: StemDecoders) -> tuple[dict[str, np.ndarray], list[str]]:
    """The stems of the targets, what may not change as it was, and notes on what was done to them."""
    stems, notes = {}, []
    for name in request.targets:
        sound, lowered_db = prevent_clipping(sounds.take(name))
        if lowered_db:
            notes.append(f"The {name} was lowered by {lowered_db:.1f} dB, or it would clip.")
        stems[name] = crossfaded(sound, lane_audio(request, name), changing_samples(request, name))
    return stems, notes


def _crossing(window: Window, before: Tensor) -> LatentCrossfade:
    """What the window before made `[K, C', L']`, as it gives way to this one; it begins where this one does."""
    shared = window.overlap + window.crossing
    latents = torch.nn.functional.pad(before[..., :shared], (0, window.frames - shared))
    share = torch.zeros(window.frames).to(before)
    share[: window.overlap] = 1.0
    share[window.overlap : shared] = torch.from_numpy(1 - rising(window.crossing))
    return LatentCrossfade(latents[None], share)
