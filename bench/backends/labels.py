"""Which number of a classifier means what: by the names in its configuration, never by a guess."""

from collections.abc import Mapping
from typing import Any

from bench.core.errors import ConfigError, nearest

# Names of the three labels of inference, and what sets made of FEVER call them.
_NAMES = {
    "entailment": ("entailment", "entail", "supports", "supported"),
    "contradiction": ("contradiction", "contradict", "refutes", "refuted"),
    "neutral": ("neutral", "not enough info", "not_enough_info"),
}
_E, _C, _N = "entailment", "contradiction", "neutral"
# Published orders of checkpoints whose configuration may not name them.
KNOWN: dict[str, tuple[str, str, str]] = {
    "tals/albert-xlarge-vitaminc-mnli": (_E, _C, _N),
    "tals/albert-base-vitaminc-mnli": (_E, _C, _N),
    "tals/albert-xlarge-vitaminc": (_E, _C, _N),
    "roberta-large-mnli": (_C, _N, _E),
    "FacebookAI/roberta-large-mnli": (_C, _N, _E),
    "microsoft/deberta-base-mnli": (_C, _N, _E),
    "ynie/roberta-large-snli_mnli_fever_anli_R1_R2_R3-nli": (_E, _N, _C),
}


def inference_labels(config: Any, name: str, given: Mapping[str, int] | None = None) -> dict[str, int]:
    """Places of the labels of natural language inference among a model's outputs.

    Args:
        config: Of the model; its ``id2label`` names the outputs in any case and order.
        name: Of the model, for the published orders and messages.
        given: What the user says instead.

    Returns:
        ``entailment``, ``contradiction`` and perhaps ``neutral``, each with its place.

    Raises:
        ConfigError: nobody says which output is which.
    """
    outputs = {int(i): str(label) for i, label in config.id2label.items()}
    if given is not None:
        if outside := sorted(set(given.values()) - set(outputs)):
            raise ConfigError(
                f"labels: {name} has the outputs 0 to {len(outputs) - 1}, labels names {outside[0]}"
            )
        return dict(given)
    found = {
        label: i
        for i, written in sorted(outputs.items())
        for label, names in _NAMES.items()
        if written.strip().lower() in names
    }
    if not found and name in KNOWN and len(outputs) == len(KNOWN[name]):
        found = {label: i for i, label in enumerate(KNOWN[name])}
    if not {_E, _C} <= found.keys():
        raise ConfigError(
            f"{name} does not say which of its outputs is which: it calls them {', '.join(outputs.values())}",
            "Look it up where it was published, and say it: labels: {entailment: 0, contradiction: 1}.",
        )
    return found


def label_place(config: Any, name: str, label: str | None) -> int:
    """Place of the output that means "supported".

    Args:
        config: Of the model.
        name: Of the model, for messages.
        label: Its name in ``id2label``, in any case; None: the only output, or the one called entailment.

    Raises:
        ConfigError: there is no such output, or nobody says which it is.
    """
    outputs = {str(written).strip().lower(): int(i) for i, written in config.id2label.items()}
    shown = ", ".join(map(str, config.id2label.values()))
    if label is not None:
        if label.strip().lower() not in outputs:
            near = nearest(label, map(str, config.id2label.values()))
            raise ConfigError(f"label: {name} has no output '{label}'{near}", f"Its outputs: {shown}.")
        return outputs[label.strip().lower()]
    if len(outputs) == 1:
        return 0
    found = next((outputs[n] for n in _NAMES[_E] if n in outputs), None)
    if found is None:
        raise ConfigError(
            f"{name} does not say which of its outputs means that a claim is supported; they are {shown}",
            "Name it: label: LABEL_1, if it is the second.",
        )
    return found
