"""Prompt sections: each has its words and chords, and cross-fades to the next at its border."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.diffusion.guidance import GuidedPrediction
from engine.errors import BadInput
from engine.music.grid import Grid
from engine.prompt_sections import PromptSection, read_prompt_sections, section_weights
from engine.request import ComposeRequest, Guidance, RequestSpec, TrackSpec
from engine.text.prompts import lines_of_sections
from engine.tracks import TRACKS, Role
from tests.tiny_networks import CHANNELS, DEBUG, awake_unet, conditions_for, random_text

GRID = Grid(tempo_bpm=120, bars=9)  # a bar is 2 s, 50 frames
STORY = (PromptSection(4, "calm", chords="Am F"), PromptSection(1, lines={"bass": "loud"}), PromptSection(4, "wild"))


def told(**changes: object) -> ComposeRequest:
    tracks = {name: TrackSpec(line=f"a {name}") for name in TRACKS}
    tracks["melody"] = TrackSpec(Role.ABSENT)
    request = ComposeRequest(tracks, prompt="lo-fi", chords="C G", bars=9, prompt_sections=STORY)
    return replace(request, **changes)  # type: ignore[arg-type]


def test_shares_add_up_and_cross_at_the_borders() -> None:
    share = section_weights(STORY, GRID, frames=450, rate_hz=25.0)  # [sections, L]
    assert np.allclose(share.sum(axis=0), 1.0)
    assert (share >= 0).all()
    assert share[:, 200].tolist() == pytest.approx([0.5, 0.5, 0.0])  # bar 5 begins
    assert share[:, 225].tolist() == [0.0, 1.0, 0.0]  # the short section is heard alone for a moment
    assert share[:, 250].tolist() == pytest.approx([0.0, 0.5, 0.5])
    assert share[0, :175].min() == 1.0
    assert share[2, 275:].min() == 1.0


def test_a_crop_of_the_shares_and_the_shares_of_a_crop_are_the_same() -> None:
    whole = section_weights(STORY, GRID, frames=450, rate_hz=25.0)
    assert np.allclose(section_weights(STORY, GRID, 120, 25.0, offset_s=160 / 25), whole[:, 160:280], atol=1e-5)


def test_a_section_says_its_own_and_is_silent_where_the_piece_speaks() -> None:
    calm, loud, wild = lines_of_sections(told())
    assert calm == ["[bass & drums & instrument generation]", "calm", "a bass", "a drums", "a instrument", ""]
    assert loud[1:3] == ["lo-fi", "loud"]
    assert wild[1:3] == ["wild", "a bass"]
    assert lines_of_sections(told(prompt_sections=()))[0][1] == "lo-fi"


def test_chords_begin_anew_with_their_section() -> None:
    spans = told().parsed_chords
    assert [str(span.chord) for span in spans] == ["Am", "F", "Am", "F", "C", "G", "C", "G", "C"]
    assert [span.start_beat for span in spans] == [4.0 * bar for bar in range(9)]


def test_sections_survive_json_and_must_fit_the_piece() -> None:
    assert RequestSpec.from_json(told().to_json()) == told().spec
    with pytest.raises(BadInput, match="last 9 bars, the piece 8"):
        told(bars=8)


def test_each_frame_follows_its_own_text() -> None:
    """With all of a frame's share its prediction is that of the text alone; between two it lies between."""
    latents, x_t, noise = torch.randn(3, 1, len(TRACKS), CHANNELS, 24, generator=torch.Generator().manual_seed(0))
    plain, unet = conditions_for([Role.KEEP, *[Role.GENERATE] * 3], latents), awake_unet()
    texts = random_text(2, 1, 2 + len(TRACKS), text=DEBUG.text, generator=torch.Generator().manual_seed(1))
    share = torch.cat([torch.zeros(8), torch.full((8,), 0.3), torch.ones(8)])
    levels = torch.tensor([[0.0, 400.0, 400.0, 400.0]])

    def predicted(text: torch.Tensor, *sections: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        conditions = replace(plain, text=text, sections=sections)
        return GuidedPrediction(unet, conditions, Guidance(), noise)(x_t, levels)

    # The prefix, which is told without any prompt too, is of the first text in all of them.
    texts[1, :, 0] = texts[0, :, 0]
    one, other = (predicted(text) for text in texts)
    both = predicted(texts[0], (texts[0], 1 - share), (texts[1], share))
    assert torch.allclose(both, (1 - share) * one + share * other, atol=1e-4)
    assert not torch.allclose(one, other, atol=1e-2)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[", b"[" * 100_000, b"[" + b"9" * 5000 + b"]", b"{}", b"[]", b'[{"bars": true}]',
     b'[{"bar": 1}]', b'[{"bars": 1, "lines": {"bass": 1}}]'],
    ids=lambda content: repr(content[:20]),
)  # fmt: skip
def test_a_file_that_holds_no_sections_is_refused_with_an_example(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sections.json"
    path.write_bytes(content)
    with pytest.raises(BadInput, match='"bars": 8'):
        read_prompt_sections(str(path))


@pytest.mark.parametrize("path", ["gone.json", "nul\0.json", "x" * 5000], ids=["gone", "NUL", "long"])
def test_a_path_without_a_file_is_refused(path: str) -> None:
    with pytest.raises(BadInput, match="holds no sections"):
        read_prompt_sections(path)
