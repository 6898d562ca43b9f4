"""The composer: a request goes in, a take comes out. `Composer.compose` is the recipe, step by step.

Letters of the shapes: K tracks in the model's order, C latent channels, L latent frames, S samples, D text width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.audio.levels import is_silent
from engine.diffusion.context import Context
from engine.diffusion.guidance import Conditions
from engine.diffusion.lead_sheet import LeadSheet
from engine.diffusion.noise_schedule import level_matrix
from engine.errors import BadInput
from engine.inference.conditioning import (
    ResolvedHarmony,
    context_audio,
    is_encoded,
    lane_audio,
    resolve_harmony,
    resolve_instruments,
)
from engine.inference.denoising import Denoiser
from engine.inference.generation_order import generation_order, group_request
from engine.inference.streaming_decoder import StemDecoders, finished_stems, margin_frames
from engine.inference.windowing import (
    Window,
    changing_frames,
    is_continuation,
    known_frames_in_window,
    latent_crossfade,
    plan_windows,
)
from engine.models.adapter import adapted
from engine.models.adapter_folder import ADAPTER_FOLDER, find_adapter
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.checkpoint import Checkpoint, refuse_damage
from engine.models.instrument_classifier import ClassifierGuidance, InstrumentClassifier
from engine.models.registry import open_model
from engine.models.unet import UNet
from engine.models.whitening import Whitening
from engine.prompt_sections import section_weights
from engine.request import MAX_DURATION_S, ComposeRequest
from engine.runtime.device import autocast, choose_device
from engine.runtime.progress import OnProgress, StageClock
from engine.take import Take, Written
from engine.text.encoders import instrument_multi_hot, load_text_encoder
from engine.text.prompts import lines_of_sections
from engine.tracks import Role

ATTEMPTS = 3  # to generate a lane that is not silent
NO_PROMPT = "Nothing was described: the music followed the chords, the key and what is kept."


class Composer:
    """A model, ready to compose. Build it with `Composer.load`; one composition at a time.

    name, description: for people. device: where the network runs. tracks: those that the model makes, in its order.
    adapters: the folder in which a request's adapter is looked for.
    """

    def __init__(
        self, checkpoint: Checkpoint, name: str, device: torch.device, adapters: Path = ADAPTER_FOLDER
    ) -> None:
        preset, states = checkpoint.preset, checkpoint.states
        self.name, self.device, self.preset, self.tracks = name, device, preset, preset.tracks
        self.adapters = adapters
        # MPS lacks the double precision that phases are summed up in.
        self._audio_device = torch.device("cpu") if device.type == "mps" else device
        # Fresh weights are drawn and then overwritten (0.15 s; building on the meta device imports for seconds). The
        # random generator is put back, so that loading a model does not change what its caller draws next.
        with torch.random.fork_rng(devices=[]):
            self._autoencoder = build_autoencoder(preset.autoencoder).eval().to(self._audio_device)
            self._unet = UNet(preset).eval().to(device)
            has_classifier = "instrument_classifier" in states
            self._classifier = InstrumentClassifier(preset).eval().to(device) if has_classifier else None
        self._whitening = Whitening(preset.autoencoder.latent_channels, preset.kept_latent_channels).to(device)
        self._autoencoder.load_state_dict(states["autoencoder"])
        self._whitening.load_state_dict(states["whitening"])
        self._unet.load_state_dict(states["unet"])
        if self._classifier is not None:
            self._classifier.load_state_dict(states["instrument_classifier"])
        self._trained_unet = self._unet
        self._adapted_by: tuple[Path, int] | None = None  # the adapter's file and when it was written
        self._text = load_text_encoder(preset.text)
        self.description = self._describe()

    @classmethod
    def load(cls, model: str | Path, device: str = "auto", adapters: Path = ADAPTER_FOLDER) -> Composer:
        """ "compact" (the bundled weights), "debug" (small and random), or a checkpoint's path. Raises BadInput."""
        name, checkpoint = open_model(model)
        chosen = choose_device(device)
        with refuse_damage(name):
            return cls(checkpoint, name, chosen, adapters)

    @torch.inference_mode()
    def compose(self, request: ComposeRequest, on_step: OnProgress | None = None) -> Take:
        """Generate the targets of a request, group by group, so that they fit what is kept and each other.

        The take holds every track but the absent ones. Same request -> same audio on the same machine. A piece longer
        than the model's window is made window by window, so memory beyond request and take is bounded. Raises BadInput
        for tracks that the model does not have, for an adapter that is not there or belongs to another model, and where
        not even two beats fit into a window; and whatever `on_step` raises.
        """
        self._check_tracks(request)
        self._use_adapter(request.adapter)
        groups = generation_order(request)
        windows = [len(self.windows(group_request(request, group, {}))) for group in groups]
        clock = StageClock(on_step, sum(windows))
        with clock.stage("text"):
            resolved, instrument_note = resolve_instruments(request)
            harmony = resolve_harmony(request)
        generator = torch.Generator().manual_seed(request.seed)  # on the CPU: the same noise on every device
        prompts = [request.prompt, *(section.prompt for section in request.prompt_sections)]
        notes = [] if any(text.strip() for text in prompts) else [NO_PROMPT]
        stems = {n: lane_audio(request, n) for n, track in request.tracks.items() if track.role is Role.KEEP}
        for number, group in enumerate(groups):
            made, more_notes = self._generate_audible(
                group_request(resolved, group, stems), harmony, generator, clock, sum(windows[:number])
            )
            stems |= made
            notes += more_notes
        stems = {name: stems[name] for name in self.tracks if name in stems}
        notes += [note for note in (instrument_note, harmony.note) if note]
        return Take(stems, request, dict(clock.seconds), tuple(notes), _written(request, resolved, harmony))

    def context(self, request: ComposeRequest) -> dict[str, np.ndarray]:
        """The audio that `compose` shows the model of each track (`conditioning.context_audio`)."""
        return context_audio(request, self.preset.autoencoder.latent_hop_samples)

    def windows(self, request: ComposeRequest) -> list[Window]:
        """The windows that a request is made in. Raises BadInput where not even two beats fit into one."""
        frames = self._autoencoder.latent_frames(request.length_samples)
        return plan_windows(request, frames, self.preset.autoencoder.latent_rate_hz, self.preset.max_window_frames)

    def _describe(self) -> str:
        weights = sum(p.numel() for module in (self._autoencoder, self._unet) for p in module.parameters())
        window_s = self.preset.max_window_frames / self.preset.autoencoder.latent_rate_hz
        reach = f"pieces up to {MAX_DURATION_S / 60:.0f} min in windows of {window_s:.0f} s"
        return f"{self.name}, {weights / 1e6:.1f} M weights, {reach}"

    def _check_tracks(self, request: ComposeRequest) -> None:
        if tuple(request.tracks) != self.tracks:
            raise BadInput(
                f"The model {self.name} makes {', '.join(self.tracks)}; the request names {', '.join(request.tracks)}. "
                "Name the same tracks in the same order, or choose another model."
            )

    def _use_adapter(self, name: str) -> None:
        """Generate with the adapter of that name, or, for "", as the model was trained. Raises BadInput.

        The adapter's network is a copy; the model's own weights never change.
        """
        path = find_adapter(name, self.adapters) if name else None
        chosen = None if path is None else (path, path.stat().st_mtime_ns)
        if chosen != self._adapted_by:
            self._unet = self._trained_unet if path is None else adapted(self._trained_unet, path)
            self._adapted_by = chosen

    def _generate_audible(
        self,
        request: ComposeRequest,
        harmony: ResolvedHarmony,
        generator: torch.Generator,
        clock: StageClock,
        windows_before: int,
    ) -> tuple[dict[str, np.ndarray], list[str]]:
        """`_generate`, again from other noise if a lane that is made from nothing stays silent."""
        new = [name for name in request.targets if not is_encoded(request, name)]
        for _ in range(ATTEMPTS):
            made, notes = self._generate(request, harmony, generator, clock, windows_before)
            if not any(is_silent(made[name]) for name in new):
                break
        return made, notes

    def _generate(
        self,
        request: ComposeRequest,
        harmony: ResolvedHarmony,
        generator: torch.Generator,
        clock: StageClock,
        windows_before: int,
    ) -> tuple[dict[str, np.ndarray], list[str]]:
        """The stems of the targets of one group, and notes on them. windows_before: those of earlier groups."""
        windows = self.windows(request)
        roles = [track.role for track in request.tracks.values()]
        changing = changing_frames(request, self.preset.autoencoder.latent_hop_samples)
        with clock.stage("text", window=windows_before):
            lines = lines_of_sections(request)  # (1) the task prefix, the prompt, one line a track
            instruments = self._decoder_instruments(request, lines)
            decoders = StemDecoders(self._autoencoder, instruments, request)
            guidance = self._classifier_guidance(request, lines)
            denoise = Denoiser(self._unet, request.guidance, request.sampler, guidance)
            texts = [self._text.encode_lines(section)[None].to(self.device) for section in lines]  # (2) [1, 2 + K, D]
        levels = level_matrix(  # (6) [steps + 1, K]
            roles,
            request.steps,
            request.distance,
            self.preset.training.discrete_levels,
            request.sampler.schedule_exponent,
        )
        before = torch.empty(0)  # latents of this window's frames from the previous window: [K, C', L']
        for number, window in enumerate(windows):
            with clock.stage("encode", len(self.tracks), windows_before + number) as report:
                raw = self._encode(request, window, report)  # (3) [K, C, L]
                latents = self._whitening.whiten(raw)  # (4) [K, C', L]
                if window.overlap:
                    latents[..., : window.overlap] = before[..., : window.overlap]

            known = known_frames_in_window(window, roles, changing)  # (5) [K, L]
            context = Context.of(latents[None], known[None].to(self.device))
            conditions = self._conditions(request, window, context, texts, harmony)
            causal = not window.overlap and is_continuation(known, roles)
            crossfade = latent_crossfade(window, before) if window.crossfade_frames else None
            with clock.stage("denoise", request.steps, windows_before + number) as report, autocast(self.device.type):
                # (7) [K, C', L], row by row down the level matrix
                made = denoise(latents[None], conditions, levels, [generator], causal, crossfade, report)[0]

            with clock.stage("decode", len(request.targets), windows_before + number) as report:
                raw = self._whitening.unwhiten(made).to(self._audio_device)  # (8)
                for done, name in enumerate(request.targets, 1):
                    decoders.add(name, window, raw[self.tracks.index(name)])
                    report(done, len(request.targets))
            if not window.closes:
                before = made[..., windows[number + 1].start - window.start :]
        return finished_stems(request, decoders)

    def _encode(self, request: ComposeRequest, window: Window, report: Callable[[int, int], None]) -> Tensor:
        """Raw latents `[K, C, L]` of the tracks that have audio to be encoded, zeros for the others.

        Each track is encoded alone and with a margin on both sides, so that its latents depend neither on the other
        tracks nor on where the window lies.
        """
        hop, margin = self.preset.autoencoder.latent_hop_samples, margin_frames(self._autoencoder)
        first = max(window.start - margin, 0)
        raw = torch.zeros(len(self.tracks), self.preset.autoencoder.latent_channels, window.frames, device=self.device)
        for k, name in enumerate(self.tracks):
            if is_encoded(request, name):
                audio = lane_audio(request, name)[:, first * hop : (window.end + margin) * hop]
                waveform = torch.from_numpy(audio).to(self._audio_device)
                encoded = self._autoencoder.encode(waveform[None])[0]  # [C, L and the margins]
                raw[k] = encoded[:, window.start - first : window.end - first]
            report(k + 1, len(self.tracks))
        return raw

    def _decoder_instruments(self, request: ComposeRequest, lines: Sequence[Sequence[str]]) -> dict[str, Tensor]:
        """Target -> multi-hot of the instruments that the decoder is given, `[I]`."""
        columns = self.preset.autoencoder.instruments
        return {n: self._instruments_of(lines, n, columns).to(self._audio_device) for n in request.targets}

    def _classifier_guidance(
        self, request: ComposeRequest, lines: Sequence[Sequence[str]]
    ) -> ClassifierGuidance | None:
        """Guidance of the targets towards the instruments of their lines; None without a classifier or a scale."""
        scale = request.sampler.classifier_scale
        if self._classifier is None or not scale:
            return None
        columns = self.preset.text.instruments
        rows = [
            self._instruments_of(lines, name, columns) if name in request.targets else torch.zeros(len(columns))
            for name in self.tracks
        ]
        return ClassifierGuidance(self._classifier, torch.stack(rows).to(self.device), scale)

    def _instruments_of(self, lines: Sequence[Sequence[str]], name: str, columns: Sequence[str]) -> Tensor:
        """Multi-hot of the instruments in a track's line, `[I]`; zeros where sections disagree: it has one voice."""
        own_lines = [section[2 + self.tracks.index(name)] for section in lines]
        rows = instrument_multi_hot(own_lines, self.preset.text.vocabulary, columns)
        return rows[0] if bool((rows == rows[0]).all()) else torch.zeros_like(rows[0])

    def _conditions(
        self,
        request: ComposeRequest,
        window: Window,
        context: Context,
        texts: Sequence[Tensor],
        harmony: ResolvedHarmony,
    ) -> Conditions:
        """All that the network is shown in a window. texts: one `[1, 2 + K, D]` a section."""
        rate_hz = self.preset.autoencoder.latent_rate_hz
        offset_s = window.start / rate_hz
        piece = LeadSheet(request.grid, harmony.chords, harmony.key)
        lead_sheet = piece.channels(window.frames, rate_hz, offset_s)  # [66, L]
        weights = section_weights(request.sections, request.grid, window.frames, rate_hz, offset_s)  # [sections, L]
        here = [s for s in range(len(texts)) if weights[s].any()]
        sections = [(texts[s], torch.from_numpy(weights[s]).to(self.device)) for s in here] if len(here) > 1 else []
        return Conditions(context, lead_sheet[None].to(self.device), texts[here[0]], tuple(sections))


def _written(request: ComposeRequest, resolved: ComposeRequest, harmony: ResolvedHarmony) -> Written:
    """resolved: the request with the instruments that were chosen for it."""
    lines = {name: track.line for name, track in resolved.tracks.items() if track.line != request.tracks[name].line}
    key = "" if harmony.key == request.parsed_key else str(harmony.key)
    return Written(harmony.spelled, key, lines)
