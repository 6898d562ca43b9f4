"""Where the editor's ES modules are served: under a name of their content, so that a browser keeps them for good."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).parent / "static"


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
