from benchmark.pipeline.seeds import seed


def test_axes_name_the_seed() -> None:
    assert seed(role="order", replicate=1) == seed(replicate=1, role="order")
    assert len({seed(role=role, replicate=k) for role in ("order", "weights") for k in range(5)}) == 10
    assert 0 <= seed(role="order") < 2**63
