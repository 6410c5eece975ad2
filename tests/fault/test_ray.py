"""A run on two nodes of a real Ray cluster: one dies in the middle, the driver dies, workers lack things."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Bench
from tests.fault.conftest import Experiment, Make, committed, ended, unordered

N = 60
ON_RAY = ("--executor", "ray", "--worker-cpus", "0.5", "--address")

pytestmark = pytest.mark.ray


@dataclass
class Nodes:
    """A head and a second node; ``calls`` takes what the workers note."""

    cluster: Any
    second: Any
    calls: Path

    def start(self, experiment: Experiment) -> Any:
        (experiment.folder / "calls").symlink_to(self.calls)
        return experiment.start(*ON_RAY, self.cluster.address)


@pytest.fixture
def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nodes]:
    pytest.importorskip("ray")

    settings = {"RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0", "PAUSE": "0.03"}
    settings |= {"CALLS": str(tmp_path / "calls")}
    settings |= {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    for name, value in settings.items():  # the workers have them from the nodes
        monkeypatch.setenv(name, value)
    from ray.cluster_utils import Cluster

    (tmp_path / "calls").touch()
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 80_000_000})
    try:
        yield Nodes(cluster, cluster.add_node(num_cpus=1, object_store_memory=80_000_000), tmp_path / "calls")
    finally:
        cluster.shutdown()


def test_a_node_dies_in_the_middle(make_experiment: Make, nodes: Nodes) -> None:
    calm, shaken = make_experiment(N, pause=0), make_experiment(N)
    process = nodes.start(shaken)
    shaken.wait_for_calls(60, process)
    assert process.poll() is None
    nodes.cluster.remove_node(nodes.second, allow_graceful=False)
    ended(process, 0)
    calm.finish()
    assert unordered(shaken.run_dir) == unordered(calm.run_dir)


def test_the_driver_dies_and_goes_on_where_it_was(make_experiment: Make, nodes: Nodes) -> None:
    calm, shaken = make_experiment(N, pause=0), make_experiment(N)
    process = nodes.start(shaken)
    shaken.wait_for_calls(90, process)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    safe = committed(shaken.run_dir)
    assert safe
    assert len(safe) < 4 * N
    before = len(shaken.calls())
    shaken.finish(*ON_RAY, nodes.cluster.address)
    # Workers of the dead driver may have gone on for a moment: what counts is that nothing was written twice.
    assert len(shaken.calls()) < before + 4 * N
    calm.finish()
    assert unordered(shaken.run_dir) == unordered(calm.run_dir)
    n = len(shaken.calls())
    done = shaken.finish()
    assert len(shaken.calls()) == n, "served by the local executor, too"
    assert "vowels" in done.stdout


def test_what_cannot_be_had_is_said(make_experiment: Make, nodes: Nodes) -> None:
    experiment = make_experiment(2)
    asked = ("--executor", "ray", "--worker-gpus", "0.5", "--address", nodes.cluster.address)
    done = experiment.finish(*asked, expect=4)
    assert "a worker takes 1 CPU and 0.5 GPU, the whole cluster has 2 CPU, 0 GPU" in done.stderr


def test_without_a_cluster(make_experiment: Make) -> None:
    pytest.importorskip("ray")
    done = make_experiment(2).finish(*ON_RAY, "127.0.0.1:1", expect=4)
    assert "no Ray cluster at 127.0.0.1:1" in done.stderr


def test_without_ray(bench: Bench, make_experiment: Make, tmp_path: Path) -> None:
    (tmp_path / "ray.py").write_text("raise ImportError('no ray')\n", "utf-8")
    config = make_experiment(2).folder
    env = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "CALLS": str(tmp_path / "calls"), "PAUSE": "0"}
    done = bench("run", "config.yaml", "--executor", "ray", cwd=config, env=env, expect=4)
    assert 'pip install "summbench[ray]"' in done.stderr
