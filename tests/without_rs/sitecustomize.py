"""As on a platform without a wheel of rouge-score-rs: ``PYTHONPATH=tests/without_rs pytest``.

Python runs this file at its start, and that of every process that a test starts.
"""

import sys

sys.modules["rouge_score_rs"] = None  # type: ignore[assignment]
