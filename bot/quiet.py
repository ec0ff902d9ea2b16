"""Rasa, TensorFlow and their friends talk much about themselves; only warnings that concern the tutor remain."""

from __future__ import annotations

import logging
import os
import warnings


def silence() -> None:
    """Quieten the libraries; call it before the first of them is imported."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ.setdefault("LOG_LEVEL_LIBRARIES", "ERROR")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    warnings.showwarning = lambda *_, **__: None  # a filter would not last: libraries reset them
    for name in ("rasa", "tensorflow", "absl", "sanic.root", "matplotlib", "apscheduler", "bm25s"):
        logging.getLogger(name).setLevel(logging.ERROR)


def silence_rasa() -> None:
    """Quieten Rasa's structured log, which would otherwise print every message; call it once Rasa is imported."""
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
