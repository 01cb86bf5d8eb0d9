"""A Ray cluster for the tests of engines."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def two_nodes() -> Iterator[str]:
    """The address of a Ray cluster with two nodes of one core each."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    cluster.add_node(num_cpus=1)
    yield cluster.address
    cluster.shutdown()
