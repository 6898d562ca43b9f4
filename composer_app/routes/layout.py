"""The Gradio page: the editor component above, the fields of the compose panel below, and their events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import gradio as gr

from composer_app.actions.sessions import latest_session
from composer_app.routes import page_calls
from composer_app.routes.timeline import Timeline
from composer_app.state.editor import DISTANCES, MAX_VARIATIONS
from composer_app.studio import Studio
from engine.models.adapter_folder import list_adapters
from engine.request import BEATS_PER_BAR
from engine.tracks import track_named

PAGE_HEAD = '<meta name="color-scheme" content="light dark">'
LANE_RULE = (
    "{scope} .composer [data-track='{name}'], {scope} .composer [data-place='{name}'], {scope} .{line}"
    " {{ --lane: {colour}; }}"
)
# `python -m composer_app.tools.measure_distances` prints them: energy by beat and semitone in common with the demo.
DISTANCE_INFO = "Of the demo, near left about 87 % of the sound on the same notes, mid 82 %, far 75 %; made anew, 51 %."
# Events do not go through Gradio's queue. The queue closes its stream after the last answer. An event at that moment
# (Enter in one field just after another was left) would wait until the next event opens a new stream.
QUIET: dict[str, Any] = {
    "queue": False, "show_progress": "hidden", "trigger_mode": "multiple", "api_visibility": "private",
}  # fmt: skip


def build_app(studio: Studio) -> gr.Blocks:
    """The page of one studio. Every field is read from the library on load. Nothing is kept in gr.State."""

    def act(call: dict[str, Any]) -> dict[str, Any]:
        return page_calls.act(studio, call)

    with gr.Blocks(title="Composer", analytics_enabled=False, fill_width=True) as page:
        timeline = Timeline(act=act, elem_id="timeline")
        fields, generate = _compose_panel(studio)
        fields["adapter"] = gr.Dropdown(
            label="Adapter: what the model learned of your own songs",
            elem_id="adapter",
            allow_custom_value=True,  # Gradio would stop every event of a page that was built before a file was added
            **_adapters(studio, ""),
        )
        gr.HTML('<div id="engine-line" class="composer"></div>', apply_default_css=False)
        names, inputs = list(fields), list(fields.values())

        def act_with_form(action: str, shown: dict[str, Any], *values: Any) -> list[Any]:
            form = dict(zip(names, values, strict=True))
            call = {"action": action, "form": form, "shown": shown.get("form")}
            view = act(call | {name: shown.get(name) for name in ("session_id", "selection")})
            return [view, *(gr.skip() if value is None else value for value in page_calls.corrections(view, form))]

        def read_fields(shown: dict[str, Any], event: gr.EventData) -> list[Any]:
            """Only what has changed: in another field the person may be typing."""
            form = studio.state(shown["session_id"]).form
            return [form[name] if name in event.fields else gr.skip() for name in names]

        def load(request: gr.Request) -> list[Any]:
            named = request.query_params.get("session")
            view = act({"action": "show", "session_id": named or latest_session(studio)})
            shown = {**view["form"], "adapter": gr.Dropdown(**_adapters(studio, view["form"]["adapter"]))}
            return [view, *(shown[name] for name in names)]

        everything = [timeline, *inputs]
        gr.on(_committing_events(fields), partial(act_with_form, "set_form"), everything, everything, **QUIET)
        generate.click(partial(act_with_form, "generate"), everything, everything, **QUIET)
        timeline.form_changed(read_fields, timeline, inputs, **QUIET)
        page.load(load, None, everything, **QUIET)
    return page


def page_head(tracks: Sequence[str]) -> str:
    """What stands in the page's head: the colour of each lane, on a light and on a dark page."""
    rules = [
        LANE_RULE.format(scope=scope, name=name, line=line_class(name), colour=colour)
        for name in tracks
        for scope, colour in zip(("", ".dark"), track_named(name).colour, strict=True)
    ]
    return f"{PAGE_HEAD}<style>{' '.join(rules)}</style>"


def line_class(track: str) -> str:
    """The class of a lane's field of words. A track's name may have spaces, a class may not."""
    return "line-" + track.replace(" ", "-")


def _compose_panel(studio: Studio) -> tuple[dict[str, Any], gr.Button]:
    """The fields by their name in EditorState.form, and the Generate button."""
    fields: dict[str, Any] = {}
    with gr.Row(elem_id="compose-panel", equal_height=False):
        with gr.Column(scale=4, min_width=300):
            _heading("Describe")
            fields["prompt"] = gr.Textbox(
                label="The piece", lines=2, max_lines=4, elem_id="prompt", placeholder="lo-fi hip hop, mellow, vinyl"
            )
            with gr.Row(elem_classes="lines"):
                for track in map(track_named, studio.engine.tracks):
                    fields[f"{track.name}_line"] = gr.Textbox(
                        label=track.title,
                        placeholder=track.placeholder,
                        max_lines=1,
                        elem_classes=line_class(track.name),
                    )
        with gr.Column(scale=3, min_width=280):
            _heading("Lead sheet")
            with gr.Row():
                fields["tempo_bpm"] = gr.Number(label="Tempo, BPM", min_width=80, elem_id="tempo")
                fields["beats_per_bar"] = gr.Radio(
                    list(BEATS_PER_BAR), label="Beats a bar", min_width=90, elem_id="beats", elem_classes="segmented"
                )
                fields["bars"] = gr.Number(label="Bars", precision=0, min_width=60, elem_id="bars")
            with gr.Row():
                fields["key"] = gr.Textbox(label="Key", placeholder="A minor", max_lines=1, min_width=80, elem_id="key")
                fields["chords"] = gr.Textbox(
                    label="Chords, one a bar",
                    placeholder="Am F C G",
                    max_lines=1,
                    min_width=140,
                    scale=2,
                    elem_id="chords",
                )
        with gr.Column(scale=3, min_width=280):
            generate = gr.Button("Generate", variant="primary", elem_id="generate")
            gr.HTML('<div id="plan-room"></div>', apply_default_css=False)
            fields["variations"] = gr.Radio(
                list(range(1, MAX_VARIATIONS + 1)), label="Variations", elem_id="variations", elem_classes="segmented"
            )
            fields["distance"] = gr.Radio(
                list(DISTANCES),
                label="Vary: distance from the take",
                info=DISTANCE_INFO,
                elem_id="distance",
                elem_classes="segmented",
            )
            with gr.Row():
                fields["seed"] = gr.Number(label="Seed", precision=0, min_width=100, elem_id="seed")
                fields["seed_locked"] = gr.Checkbox(label="Lock seed", min_width=90, elem_id="seed-lock")
    return fields, generate


def _adapters(studio: Studio, chosen: str) -> dict[str, Any]:
    """What the dropdown shows. It is hidden without adapters. A chosen one is listed even if its file is gone."""
    names = dict.fromkeys([*list_adapters(studio.adapters), chosen])
    choices = [("None", ""), *((name, name) for name in names if name)]
    return {"choices": choices, "value": chosen, "visible": len(choices) > 1}


def _heading(text: str) -> None:
    gr.HTML(f'<h2 class="panel-heading">{text}</h2>', apply_default_css=False)


def _committing_events(fields: dict[str, Any]) -> list[Any]:
    """The events that save the fields. A typed field is saved when it is left or on Enter, a chosen one at once."""
    typed = [field for field in fields.values() if isinstance(field, gr.Textbox | gr.Number)]
    chosen = [field for field in fields.values() if field not in typed]
    return [e for field in typed for e in (field.blur, field.submit)] + [field.input for field in chosen]
