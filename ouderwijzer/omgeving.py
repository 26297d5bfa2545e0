"""Environment of the processes that this project starts."""

from __future__ import annotations

import os


def omgeving(**extra: str) -> dict[str, str]:
    """Return this process's environment with the project's settings and ``extra`` on top.

    Telemetry is off; TensorFlow, which Rasa imports though nothing here uses it, stays quiet and
    on one thread; Rasa's warnings that this design expects are left out (docs/ontwikkelen.md).
    """
    verwacht = [
        "ignore:Your training data contains an example:UserWarning",
        "ignore:You have defined training data with examples for training a response:UserWarning",
        "ignore::DeprecationWarning",
        "ignore::FutureWarning",
    ]
    return {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_INTRA_OP_PARALLELISM_THREADS": "1",
        "TF_INTER_OP_PARALLELISM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "MALLOC_ARENA_MAX": "2",
        "SANIC_HOST": os.environ.get("SANIC_HOST", "127.0.0.1"),
        "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS", ",".join(verwacht)),
        "PYTHONUNBUFFERED": "1",
        **extra,
    }
