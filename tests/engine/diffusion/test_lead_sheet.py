import numpy as np
import torch

from engine.diffusion.lead_sheet import CHANNELS, GROUPS, LeadSheet, drop_groups
from engine.music.chords import ChordSpan, parse_chord, parse_progression
from engine.music.grid import Grid
from engine.music.key import Key

GRID = Grid(tempo_bpm=120, beats_per_bar=4, bars=4)  # a beat is 0.5 s, 12.5 frames at 25 Hz
RATE_HZ = 25.0
SHEET = LeadSheet(GRID, parse_progression("Am F/C", GRID), Key(9, "minor"))


def test_a_crop_of_the_whole_is_the_whole_cropped():
    whole = SHEET.channels(200, RATE_HZ)
    assert whole.shape == (CHANNELS, 200)
    for start in (1, 50, 77, 100):
        assert torch.allclose(SHEET.channels(60, RATE_HZ, start / RATE_HZ), whole[:, start : start + 60], atol=1e-4)


def test_phases_turn_once_a_beat_and_once_a_bar():
    rows = SHEET.channels(200, RATE_HZ)[GROUPS["beat"]]
    sines, cosines, tempo, flag = rows[:7], rows[7:14], rows[14], rows[15]
    assert (cosines[:, 0] == 1).all()
    turns = (1, 2, 4, 16, 32, 48, 64)  # in four bars of four beats
    for sin, cos, count in zip(sines, cosines, turns, strict=True):
        phase = np.unwrap(np.arctan2(sin, cos))
        assert np.isclose(phase[-1] / (2 * np.pi) * 200 / 199, count, atol=1e-3)
    assert flag.all()
    assert not tempo.any()
    assert LeadSheet(Grid(240, 4, 4)).channels(9, RATE_HZ)[14, 0] == 1


def test_chords_stand_where_they_sound():
    chord = SHEET.channels(200, RATE_HZ)[GROUPS["chord"]]  # a bar is 50 frames
    for start, symbol in ((0, "Am"), (50, "F/C"), (100, "Am")):
        expected = parse_chord(symbol)
        bar = chord[:, start : start + 50]
        assert (bar == bar[:, :1]).all()
        assert bar[:12, 0].nonzero().flatten().tolist() == sorted(expected.pitch_classes)
        assert bar[12:24, 0].nonzero().flatten().tolist() == [expected.root]
        assert bar[24, 0] == 1


def test_a_gap_between_chords_is_all_zeros():
    spans = [ChordSpan(parse_chord("C"), 0, 4), ChordSpan(parse_chord("G"), 8, 12)]
    flag = LeadSheet(GRID, spans).channels(200, RATE_HZ)[GROUPS["chord"]][-1]
    assert flag.view(4, 50).unique(dim=1).flatten().tolist() == [1, 0, 1, 0]


def test_what_is_not_written_is_zero():
    bare = LeadSheet(GRID).channels(40, RATE_HZ)
    assert bare[GROUPS["beat"]][-1].all()
    assert not bare[GROUPS["chord"].start :].any()
    key = SHEET.channels(40, RATE_HZ)[GROUPS["key"]]
    assert key[:12, 7].nonzero().flatten().tolist() == [0, 2, 4, 5, 7, 9, 11]
    assert key[12:24, 7].argmax() == 9


def test_groups_drop_on_their_own():
    sheets = SHEET.channels(40, RATE_HZ).expand(3, -1, -1)
    dropped = drop_groups(sheets, ~torch.eye(3, dtype=torch.bool))
    for i, name in enumerate(GROUPS):
        assert not dropped[i, GROUPS[name]].any()
        others = [group for other, group in GROUPS.items() if other != name]
        assert all(torch.equal(dropped[i, group], sheets[i, group]) for group in others)
