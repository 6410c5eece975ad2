"""transformers without what it says: its messages and bars would tear ours, and errors say what matters."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def quiet() -> Iterator[None]:
    """Import and use transformers and the hub without warnings, messages below errors, and progress bars."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _hush()
        yield


@cache  # for the whole process: some messages come from other threads, or later
def _hush() -> None:
    # Said at import, where torch is missing; what needs torch says so itself.
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    # It would ask a service on the hub to convert other people's weights.
    os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")
    import huggingface_hub.utils
    import transformers.utils.logging

    huggingface_hub.utils.disable_progress_bars()
    transformers.utils.logging.disable_progress_bar()
    for library in ("transformers", "huggingface_hub"):
        logging.getLogger(library).setLevel(logging.ERROR)
