"""A Ray cluster for the tests of engines."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def two_nodes() -> Iterator[str]:
    """The address of a Ray cluster with two nodes of one core each."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    for attempt in range(3):  # Ray gives a node 30 seconds to start, which is little on a busy machine
        try:
            cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
            cluster.add_node(num_cpus=1)
            break
        except Exception:
            if attempt == 2:
                raise
    yield cluster.address
    cluster.shutdown()
