"""Sections: together always as long as the piece; what each is called, lasts and says goes to the model as a story."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from studio_helpers import saved

from composer_app.state import sections
from composer_app.state.editor import EditorState, Loop
from composer_app.state.form import request_of, with_form, with_sections
from composer_app.state.sections import Section, fitted
from composer_app.studio import Studio
from engine.errors import BadInput
from engine.prompt_sections import PromptSection
from engine.request import TrackSpec
from engine.tracks import TRACKS, Role

Do = Callable[..., dict[str, Any]]
SONG = (Section("Intro", 2), Section("Verse", 4, "sparse"), Section("Chorus", 2, "full band"))


def names(view: dict[str, Any]) -> list[tuple[str, int]]:
    return [(section["name"], section["bars"]) for section in view["cells"]["sections"]]


@pytest.mark.parametrize(
    ("bars", "lengths"),
    [(8, [2, 4, 2]), (11, [2, 4, 5]), (7, [2, 4, 1]), (6, [2, 4]), (3, [2, 1]), (1, [1])],
)
def test_sections_follow_the_length_of_the_piece(bars: int, lengths: list[int]) -> None:
    assert [section.bars for section in fitted(SONG, bars)] == lengths
    state = replace(EditorState(bars=8, sections=SONG), bars=bars)
    assert [section.bars for section in state.sections] == lengths


def test_a_session_from_before_sections_has_one_over_the_whole_piece() -> None:
    old = EditorState(bars=6).to_json()
    del old["sections"]
    assert EditorState.from_json(old).sections == (Section("A", 6),)


def test_sections_come_back_from_json_as_they_were() -> None:
    state = EditorState(bars=8, sections=(SONG[0].with_cell("bass", Role.KEEP), *SONG[1:]))
    assert state.sections[0].cells == {"bass": Role.KEEP}
    assert EditorState.from_json(json.loads(json.dumps(state.to_json()))) == state


def test_the_piece_and_its_loop_follow_the_sections() -> None:
    state = EditorState(bars=8, sections=SONG, loop=Loop(True, 0, 8))
    longer = with_sections(state, sections.edited(SONG, 0, "Intro", 4, ""))
    assert (longer.bars, longer.loop) == (10, Loop(True, 0, 10))
    with pytest.raises(BadInput, match="Choose 360 bars or fewer"):
        with_sections(state, sections.edited(SONG, 0, "Intro", 400, ""))


def test_lists_are_added_to_split_moved_and_shortened() -> None:
    assert [(s.name, s.bars) for s in sections.added(SONG)][-1] == ("A", 2)
    assert [(s.name, s.bars) for s in sections.split(SONG, 1)] == [("Intro", 2), ("Verse", 2), ("A", 2), ("Chorus", 2)]
    assert [s.prompt for s in sections.split(SONG, 1)] == ["", "sparse", "sparse", "full band"]
    assert [s.name for s in sections.moved(SONG, 2, -1)] == ["Intro", "Chorus", "Verse"]
    assert sections.moved(SONG, 0, -1) == SONG
    assert sections.without(SONG, 1) == (SONG[0], SONG[2])


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda: sections.without((Section("A", 4),), 0), "at least one"),
        (lambda: sections.without(SONG, 3), "no section 4"),
        (lambda: sections.edited(SONG, -1, "x", 1, ""), "no section 0"),
        (lambda: sections.edited(SONG, 0, " ", 1, ""), "name"),
        (lambda: sections.edited(SONG, 0, "x" * 41, 1, ""), "40"),
        (lambda: sections.edited(SONG, 0, "x", 0, ""), "one bar"),
        (lambda: sections.edited(SONG, 0, "x", 1, "y" * 3_000), "3,000"),
        (lambda: sections.split((Section("A", 1),), 0), "cannot be split"),
        (lambda: sections.added((Section("A", 1),) * sections.MAX_SECTIONS), "at most"),
    ],
)
def test_what_makes_no_song_is_refused(edit: Callable[[], object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        edit()


def test_only_sections_that_say_something_make_a_story() -> None:
    def asked(state: EditorState) -> tuple[PromptSection, ...]:
        return request_of(state, {track: TrackSpec() for track in TRACKS}).prompt_sections

    assert asked(EditorState(bars=8, sections=tuple(replace(s, prompt="") for s in SONG))) == ()
    told = (PromptSection(2), PromptSection(4, "sparse"), PromptSection(2, "full band"))
    assert asked(EditorState(bars=8, sections=SONG)) == told
    parted = EditorState(bars=8, sections=sections.split(SONG, 1))
    assert asked(parted) == told  # no fade, and no second pass of the model, between two that say the same


def test_a_form_keeps_the_sections_and_a_session_lists_them(do: Do) -> None:
    form = with_form(EditorState(bars=8, sections=SONG), EditorState(bars=9).form)
    assert [section.bars for section in form.sections] == [2, 4, 3]
    assert names(do("show")) == [("A", 4)]
    assert names(do("add_section")) == [("A", 4), ("B", 4)]
    view = do("edit_section", section=1, name="Chorus", bars=2, prompt="loud")
    assert (names(view), view["form"]["bars"]) == ([("A", 4), ("Chorus", 2)], 6)
    assert view["cells"]["sections"][1]["prompt"] == "loud"
    assert view["undo"] == "Change section Chorus"
    assert do("edit_section", section=1, bars=3)["undo"] == "Make Chorus 3 bars"
    assert do("edit_section", section=0, name="Verse")["undo"] == "Rename section A to Verse"
    assert names(do("move_section", section=1, by=-1)) == [("Chorus", 3), ("Verse", 4)]
    assert names(do("split_section", section=1)) == [("Chorus", 3), ("Verse", 2), ("A", 2)]
    view = do("delete_section", section=0)
    assert (names(view), view["undo"], view["grid"]["bars"]) == ([("Verse", 2), ("A", 2)], "Delete section Chorus", 4)
    for _ in range(7):
        view = do("undo")
    assert names(view) == [("A", 4)]


def test_a_malformed_section_changes_nothing(do: Do, studio: Studio, session_id: str) -> None:
    before = saved(studio, session_id)
    for action, values in [
        ("edit_section", {"section": 7}),
        ("edit_section", {"section": 0, "bars": 0}),
        ("edit_section", {"section": 0, "bars": "many"}),
        ("move_section", {"section": 0}),
        ("set_cell", {"track": "kazoo", "section": 0, "role": "keep"}),
        ("set_cell", {"track": "bass", "section": 0, "role": "absent"}),
        ("set_cell", {"track": "bass", "section": 3, "role": "keep"}),
        ("set_column", {"section": 0, "role": "louder"}),
    ]:
        assert do(action, **values)["message"]["kind"] == "refused", action
    assert saved(studio, session_id) == before
