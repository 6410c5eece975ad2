"""For authors of models and metrics: a backend with a script, and checks of what a component promises.

::

    from bench.testing import Scripted, answer, check_metric, check_model


    def test_my_model():
        backend = Scripted(lambda prompt: prompt.splitlines()[0])
        model = MyModel(backend)
        assert answer(model.summarise(document)).text == "The first line."
        assert [len(batch) for batch in backend.batches] == [1]
        check_model(model, documents)


    def test_my_metric():
        check_metric(MyMetric(), [(document, summary), (another, summary_of_another)])

No test framework is needed: what is wrong is an AssertionError.
"""

from bench.testing.checks import check_metric, check_model
from bench.testing.scripted import Scripted, answer

__all__ = ["Scripted", "answer", "check_metric", "check_model"]
