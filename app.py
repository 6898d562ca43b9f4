"""Composer: make the environment if need be, load the model and the library, serve the page."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from composer_app.environment import run_in_environment

if __name__ == "__main__":
    run_in_environment(Path(__file__).resolve(), sys.argv[1:])


# Before gradio is imported: nothing may leave this machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
# At each event Gradio tells matplotlib, which it may import, to draw to no screen; unasked it looks for one (0.6 s).
os.environ["MPLBACKEND"] = "agg"

import logging
import socket
import webbrowser
from collections.abc import Sequence

from composer_app.settings import Settings, parse_arguments
from engine.errors import BadInput
from sessions.errors import StoreError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted. Returns the exit code: 2 with one sentence on stderr for input that cannot be used."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        run(parse_arguments(arguments))
    except KeyboardInterrupt:  # uvicorn raises it again, when everything is closed
        pass
    except (BadInput, StoreError) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


def run(settings: Settings) -> None:
    """Load everything, then serve. Raises BadInput, StoreError before the page is up."""
    listener = _listen(settings.host, settings.port)
    settings.data.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("GRADIO_TEMP_DIR", str(settings.data.resolve() / "gradio"))

    print("Loading the page and the model …", flush=True)
    # Late, because each takes seconds: --help and a refused command line must not wait for them.
    import matplotlib  # noqa: F401  (Gradio imports it at the first event, and the first page would wait for it)
    import uvicorn

    from composer_app.media.demo import open_library
    from composer_app.routes.server import serve
    from composer_app.studio import Studio
    from engine.composer import Composer
    from sessions.store import SessionStore

    engine = Composer.load(settings.model, settings.device)
    store = SessionStore(settings.data)
    open_library(store)
    # A page that follows a generation holds a connection open; it must not hold up the end of the program.
    app = serve(Studio(engine, store, settings.data))
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
    url = f"http://{'localhost' if settings.host in ('127.0.0.1', '0.0.0.0') else settings.host}:{settings.port}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Say where the page is once Ctrl+C is the server's: earlier, it would break into uvicorn's own start."""
            await super().startup(sockets)
            print(f"Composer is at {url} (model {engine.name} on {engine.device}). Ctrl+C ends it.", flush=True)
            if settings.open_browser:
                webbrowser.open(url)

    Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as taken:
        raise BadInput(f"Cannot listen on {host}:{port} ({taken}). Choose another with --port or --host.") from taken
    listener.listen(128)
    return listener


if __name__ == "__main__":
    sys.exit(main())
