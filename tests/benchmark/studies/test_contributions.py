"""What each part of an entrant contributes: what is asked for, and the table."""

from pathlib import Path

from benchmark.checks.regression import Raw
from benchmark.params import Params, load_params
from benchmark.progress import Advance
from benchmark.studies import contributions
from benchmark.studies.contributions import CONTRIBUTING_PARTS, WHOLE, Variant, without
from tests.benchmark.made_up import result

ROOT = Path(__file__).parents[3]
NOW = load_params(ROOT / "params.yaml")


def test_each_part_is_taken_away_alone() -> None:
    assert without(NOW, "best", "posture") == ["models.best.streams=[joint,motion]"]
    assert without(NOW, "best", "time") == ["models.best.kernel=1", "models.best.streams=[posture]"]
    assert without(NOW, "stgcn", "time") == [
        "models.stgcn.kernel=1",
        "models.stgcn.streams=[joint]",
        "models.stgcn.attention=[spatial,channel]",
    ]
    assert without(NOW, "best", "graph") == ["models.best.adaptive=none"]
    assert without(NOW, "best", "motion") == ["models.best.streams=[posture]"]
    assert without(NOW, "mlp", "joint") == []  # its only stream: without it nothing is left
    assert without(NOW, "stgcn", "attention") == ["models.stgcn.attention=[]"]
    assert without(NOW, "best", "attention") == []  # it has none
    assert [part for part in CONTRIBUTING_PARTS if without(NOW, "mlp", part)] == [
        "touch"
    ]  # it has nothing else to lose


class Made:
    """In the place of a study: remembers what was asked, and answers with made-up results."""

    root = ROOT

    def __init__(self) -> None:
        self.asked: dict[Variant, Params] = {}

    def made(self, wanted: dict[Variant, Params], references: list[str], advance: Advance) -> dict[Variant, Variant]:
        self.asked = wanted
        return {variant: variant for variant in wanted}

    def results(self, variant: Variant) -> list[Raw]:
        scores = (0.5, 0.7) if variant.part == WHOLE else (0.4, 0.58)
        made = [result("action", variant.model, "action", k).model_dump() for k in (0, 1)]
        return [each | {"metrics": {"accuracy": score}} for each, score in zip(made, scores, strict=True)]


def test_the_table_has_a_line_for_each_part(tmp_path: Path) -> None:
    study = Made()
    found = contributions.contributions(NOW, ["best", "mlp"], [], study, lambda done, of: None)  # type: ignore[arg-type]
    assert study.asked["best", "touch"].inputs.modalities == "pose"
    assert study.asked["best", WHOLE] == study.asked["mlp", WHOLE].model_copy(
        update={"grid": study.asked["best", WHOLE].grid}
    )
    contributions.write_contributions(found, tmp_path / "parts")
    lines = [" ".join(line.split()) for line in (tmp_path / "parts/CONTRIBUTIONS.md").read_text().splitlines()]
    assert "| whole | 60.0 % | 60.0 % |" in lines
    # differences 10 and 12 points: 11 +- 12.706 sqrt(2) / sqrt(2)
    assert "| graph | +11.0 (-1.7 to +23.7) | - |" in lines
    assert not any(line.startswith("| bone") for line in lines)  # which neither has
