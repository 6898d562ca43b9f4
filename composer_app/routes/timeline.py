"""The Gradio component around the browser editor, and the address of the editor's ES modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import gradio as gr

STATIC = Path(__file__).parents[1] / "static"


def content_name(paths: Sequence[Path]) -> str:
    """Other for other files."""
    return sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


# The modules import each other by relative addresses; so one name over all of them is enough.
MODULES_URL = f"/studio-static/{content_name(sorted(STATIC.glob('*.js')))}"
# As a Link header of the page: they are fetched while Gradio starts, all at once and not import by import.
PRELOADS = ", ".join(
    f"<{MODULES_URL}/{path.name}>; rel=modulepreload"
    for path in sorted(STATIC.glob("*.js"))
    if not path.name.endswith("_worklet.js")
)
MODULE_URL = f"{MODULES_URL}/editor.js"


class Timeline(gr.HTML):
    """A constant template that the editor's modules fill once; later values reach them through `watch`.

    Events: form_changed (the named `fields` of the compose panel must be read again).
    """

    EVENT_NAMES = ("form_changed",)

    def __init__(
        self, value: dict[str, Any] | None = None, *, act: Callable[[Any], Any] | None = None, **kwargs: Any
    ) -> None:
        # Gradio looks for the quoted names of events in this text.
        names = ", ".join(f"'{name}'" for name in self.EVENT_NAMES)
        super().__init__(
            value=value or {},
            html_template='<div class="composer" id="composer-editor"></div>',
            js_on_load=f"/* events: {names} */ import('{MODULE_URL}')"
            ".then(editor => editor.mount({element, trigger, props, server, watch}))"
            ".catch(error => { console.error(error); element.textContent = 'The editor could not start: ' + error; });",
            apply_default_css=False,
            server_functions=[act] if act else None,
            **kwargs,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "object"}

    def example_payload(self) -> Any:
        return {}

    def example_value(self) -> Any:
        return {}
