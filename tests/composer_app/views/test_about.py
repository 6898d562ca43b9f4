"""What the page says about the model is read from it, from its card, and from the last generation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from studio_helpers import wait_for_job

from composer_app.studio import Studio
from composer_app.views import about as about_file
from composer_app.views.about import about, card_section

Do = Callable[..., dict[str, Any]]
CARD = "# compact\n\n## Limits\n\n- Four tracks.\n\n## Licence\n\nSell what you make.\n"


def test_speed_is_told_only_once_it_was_measured(studio: Studio, session_id: str, do: Do) -> None:
    assert "not measured" in dict(about(studio, session_id)["facts"])["Speed"]
    do("generate", form=do("show")["form"] | {"bars": 2})
    wait_for_job(studio, session_id)
    take = studio.store.takes(session_id)[0]
    words = dict(about(studio, session_id)["facts"])["Speed"]
    assert words.startswith(f"{sum(take.request['seconds'].values()) / 2:.2f} s a bar")
    assert "2 bars of 4 lanes at 96 BPM" in words
    other = do("new_session")["session_id"]
    assert dict(about(studio, other)["facts"])["Speed"] == words

    only = {"tracks": ["bass"], "start_beat": 4, "end_beat": 8}
    do("generate", form=do("show")["form"], selection=only)
    wait_for_job(studio, session_id)
    take = studio.store.takes(session_id)[-1]
    spent_s = sum(take.request["seconds"].values())
    words = dict(about(studio, session_id)["facts"])["Speed"]
    assert words.startswith(f"{spent_s:.2f} s a bar, measured when 1 bar of 1 lane at 96 BPM")  # not of all the piece
    assert f"Last: {spent_s:.1f} s for 2.5 s of music." in do("show")["engine"]


def test_the_card_is_told_only_for_its_own_model(
    studio: Studio, session_id: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "MODEL_CARD.md").write_text(CARD, "utf-8")
    monkeypatch.setattr(about_file, "CARD", tmp_path / "MODEL_CARD.md")
    assert (about(studio, session_id)["sections"], about(studio, session_id)["card"]) == ([], False)
    monkeypatch.setattr(about_file, "CARD_OF", studio.engine.name)
    told = about(studio, session_id)
    assert told["sections"] == [("Limits", "- Four tracks."), ("Licence", "Sell what you make.")]
    assert card_section(CARD, "Figures") == ""
