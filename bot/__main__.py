"""`python -m bot`: serve the tutor on HOST and PORT."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys

from bot.quiet import silence


def main() -> int:
    """Serve until Ctrl-C; 1 with one line when the tutor cannot start."""
    silence()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one row is soon multiplied; waiting for threads on a busy machine is not
    signal.signal(signal.SIGINT, _leave)
    signal.signal(signal.SIGTERM, _leave)
    host = os.environ.get("HOST", "127.0.0.1")
    try:
        port = _port(os.environ.get("PORT", "5005"))
        _refuse_taken(host, port)
        return _serve(host, port)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1


def _leave(*_: object) -> None:
    """Stop at once while loading: an import that is interrupted may swallow it. The server has its own way later."""
    os._exit(130)


class CannotStart(Exception):
    """The tutor cannot serve; the message says why and what to do."""


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT has value '{text}'; it must be a number from 1 to 65535")
    return int(text)


def _refuse_taken(host: str, port: int) -> None:
    """Find out before the long loading."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise CannotStart(
            f"cannot listen on {host} port {port} ({error.strerror}); stop the other program or set PORT to another number"
        ) from None


def _serve(host: str, port: int) -> int:
    from bot.lean import leave_out

    leave_out()
    from tutor.settings import load_settings
    from tutor.tutor import CannotTeach, Tutor

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = load_settings()
        tutor = Tutor.load(settings, learners=True)
    except CannotTeach as error:
        raise CannotStart(str(error)) from None
    print("loading Rasa (a quarter of a minute or so) ...", flush=True)
    from bot.logs import configure
    from bot.quiet import silence_rasa
    from bot.server import create_app
    from bot.train import model_path, unfit

    silence_rasa()
    configure(settings.log_level)
    fault = unfit(model_path(settings))
    if fault:
        raise CannotStart(fault)
    shown = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0") else host  # noqa: S104 - compared, not bound
    try:
        app = create_app(tutor, settings, announce=f"The tutor is ready: http://{shown}:{port}/ (Ctrl-C stops it)")
    except CannotTeach as error:
        raise CannotStart(str(error)) from None
    app.run(host=host, port=port, access_log=False, debug=False)
    if app.ctx.agent is None and not app.ctx.failure:
        os._exit(130)  # stopped while the bot was loading, which cannot be interrupted
    return 1 if app.ctx.failure else 0


if __name__ == "__main__":
    sys.exit(main())
