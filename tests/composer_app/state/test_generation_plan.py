"""The plan: one truth for the words on the page, the request to the model and the name of the undo step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer_app.state.cells import with_cell, with_column
from composer_app.state.changes import place_take, with_lane, with_role
from composer_app.state.editor import EditorState
from composer_app.state.generation_plan import TARGET_ROLES, plan_of
from composer_app.state.plan_words import plan_words, step_words
from composer_app.state.sections import Section, without
from composer_app.state.selection import Selection
from composer_app.views.arrangement import lane_roles, plan_view
from engine.errors import BadInput
from engine.request import Region
from engine.tracks import Role

SONG = (Section("Intro", 4), Section("Verse", 8), Section("Chorus", 4))


@pytest.fixture
def state() -> EditorState:
    """Three sections; bass, drums and melody have audio and are kept, instrument is empty and is to be made."""
    state = place_take(EditorState(bars=16, sections=SONG), "take", ["bass", "drums", "melody"])
    for track in ("bass", "drums", "melody"):
        state = with_role(state, track, "keep")
    return state


def test_a_selection_is_all_that_changes(state: EditorState) -> None:
    plan = plan_of(state, Selection(("bass",), 33.0, 47.5))
    assert plan_words(plan) == [
        "Will change: Bass, bars 9–12.",
        "Will keep: Drums, Melody exactly; Bass outside bars 9–12.",
        "Left empty: Instrument.",
    ]
    assert step_words(plan) == "Generate bass, bars 9–12"
    assert plan.in_pass("bass", TARGET_ROLES) == (Role.GENERATE, (Region(8, 12),))
    assert plan.in_pass("drums", TARGET_ROLES) == (Role.KEEP, ())
    assert plan.in_pass("instrument", TARGET_ROLES) == (Role.ABSENT, ())


def test_a_selected_lane_is_varied_where_it_is_set_to_vary_and_not_woken_from_off(state: EditorState) -> None:
    varied = with_role(with_role(state, "bass", "vary"), "drums", "absent")
    plan = plan_of(varied, Selection(("bass", "drums", "instrument"), 0.0, 4.0))
    assert plan_words(plan) == [
        "Will change: Instrument, bar 1; Bass varied, bar 1.",
        "Will keep: Melody exactly; Bass outside bar 1; Instrument silent outside bar 1.",
        "Off: Drums.",
    ]
    assert plan.passes == [TARGET_ROLES]


def test_without_a_selection_the_marked_cells_change(state: EditorState) -> None:
    marked = with_cell(with_cell(state, "bass", 0, "generate"), "bass", 2, "generate")
    plan = plan_of(marked)
    assert plan_words(plan) == [
        "Will change: Bass, bars 1–4 and 13–16; Instrument.",
        "Will keep: Drums, Melody exactly; Bass outside bars 1–4 and 13–16.",
    ]
    assert step_words(plan) == "Generate bass and instrument, cell by cell"
    assert plan.in_pass("bass", TARGET_ROLES) == (Role.GENERATE, (Region(0, 4), Region(12, 16)))
    assert plan.in_pass("instrument", TARGET_ROLES) == (Role.GENERATE, ())


def test_neighbouring_cells_are_one_stretch_without_a_seam(state: EditorState) -> None:
    marked = with_cell(with_cell(state, "bass", 0, "generate"), "bass", 1, "generate")
    assert plan_of(marked).in_pass("bass", TARGET_ROLES) == (Role.GENERATE, (Region(0, 12),))


def test_generate_and_vary_in_one_lane_take_two_passes_and_say_so(state: EditorState) -> None:
    marked = with_role(with_cell(with_cell(state, "bass", 0, "generate"), "bass", 2, "vary"), "drums", "vary")
    plan = plan_of(marked)
    assert plan.passes == [(Role.GENERATE,), (Role.VARY,)]
    first, second = ({t: plan.in_pass(t, roles) for t in ("bass", "drums", "instrument")} for roles in plan.passes)
    assert first == {
        "bass": (Role.GENERATE, (Region(0, 4),)), "drums": (Role.KEEP, ()), "instrument": (Role.GENERATE, ()),
    }  # fmt: skip
    assert second == {
        "bass": (Role.VARY, (Region(12, 16),)), "drums": (Role.VARY, ()), "instrument": (Role.KEEP, ()),
    }  # fmt: skip
    assert plan_words(plan) == [
        "Will change: Bass, bars 1–4; Instrument; Bass varied, bars 13–16; Drums varied.",
        "Will keep: Melody exactly; Bass outside bars 1–4 and 13–16.",
        "In two passes, as Bass has both: first what is generated, then what is varied, with that kept.",
    ]


def test_nothing_to_do_is_said_and_a_wrong_selection_too(state: EditorState) -> None:
    nothing = with_role(state, "instrument", "absent")
    assert plan_view(nothing)["words"] == ["Nothing is set to Generate or Vary, or selected.", "Off: Instrument."]
    sent = {"tracks": ["bass"], "start_beat": 60, "end_beat": 70}
    refused = plan_view(state, sent)
    assert (refused["change"], refused["selection"]) == ([], sent)
    assert "inside bars 1 to 16" in refused["words"][0]


def test_a_lane_has_the_role_of_all_its_cells_or_is_mixed(state: EditorState) -> None:
    assert lane_roles(state, "bass")["role"] == "keep"
    mixed = with_cell(state, "bass", 1, "vary")
    assert lane_roles(mixed, "bass") == {"role": "mixed", "role_word": "Mixed", "roles": ["keep", "vary"]}
    both = with_cell(with_cell(mixed, "bass", 0, "vary"), "bass", 2, "vary")
    assert both == with_role(state, "bass", "vary")
    assert with_cell(mixed, "bass", 1, "keep") == state
    assert with_lane(mixed, "bass", role=Role.KEEP) == state  # as an upload sets it


def test_a_lane_is_changed_by_generate_just_where_its_role_says_so(state: EditorState) -> None:
    """Whoever reads only the role of a lane sees the farthest-reaching of its cells."""
    vary = with_cell(state, "bass", 1, "vary")
    assert vary.lanes["bass"].role is Role.VARY
    assert with_cell(vary, "bass", 0, "generate").lanes["bass"].role is Role.GENERATE
    assert vary.cells("bass") == [Role.KEEP, Role.VARY, Role.KEEP]


def test_cells_without_audio_are_silent_or_made(state: EditorState) -> None:
    silent = with_cell(state, "instrument", 0, "keep")
    assert plan_words(plan_of(silent)) == [
        "Will change: Instrument, bars 5–16.",
        "Will keep: Bass, Drums, Melody exactly; Instrument silent outside bars 5–16.",
    ]
    with pytest.raises(BadInput, match="no audio to vary in Verse"):
        with_cell(state, "instrument", 1, "vary")
    with pytest.raises(BadInput, match="no audio to keep"):
        with_cell(with_cell(silent, "instrument", 1, "keep"), "instrument", 2, "keep")
    only_silence = replace(silent, bars=4)
    assert [section.name for section in only_silence.sections] == ["Intro"]
    assert only_silence.lanes["instrument"].role is Role.ABSENT


def test_a_cell_goes_where_its_section_goes(state: EditorState) -> None:
    marked = with_cell(state, "bass", 1, "generate")
    moved = replace(marked, sections=(marked.sections[1], marked.sections[0], marked.sections[2]))
    assert moved.cells("bass") == [Role.GENERATE, Role.KEEP, Role.KEEP]
    gone = replace(marked, sections=without(marked.sections, 1), bars=8)
    assert lane_roles(gone, "bass")["role"] == "keep"


def test_a_column_is_set_where_it_can_be(state: EditorState) -> None:
    off = with_role(state, "melody", "absent")
    varied, refused = with_column(off, 0, "vary")
    assert [varied.cells(track)[0].value for track in varied.lanes] == ["vary", "vary", "generate", "absent"]
    assert len(refused) == 2
    with pytest.raises(BadInput, match="is Off"):
        with_cell(off, "melody", 0, "generate")
