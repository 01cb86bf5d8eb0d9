"""Whether all rows were asked the same: the test sequences of their fold, with the people and classes they have."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping
from pathlib import Path

from benchmark.params import Params
from benchmark.paths import GRAPHS, STANDIN
from benchmark.pipeline.schema import Result, Run
from deepgrasp.errors import InputError
from deepgrasp.files import parse_json
from deepgrasp.grab.catalogue import SUBJECTS
from deepgrasp.grab.data_root import STANDIN_MARK
from deepgrasp.store.splits import TEST_PAIRS
from deepgrasp.store.store import Store, open_store

TESTED: dict[str, tuple[tuple[str, ...], ...]] = {
    "subject": TEST_PAIRS,
    "leave-one-out": tuple((subject,) for subject in SUBJECTS),
}
"""By split: the people whom each fold tests, written down for data that have GRAB's ten people and no others."""

Named = tuple[str, Result]


def everyone(root: Path, results: Mapping[str, Result], params: Params) -> set[str]:
    """The people of the results' data: of the graph store if it is theirs, else those that params.yaml asks for."""
    try:
        store: Store = open_store(root / GRAPHS)
        if any(store.hash == result.run.data.hash for result in results.values()):
            return {each["subject"] for each in store.sequences}
    except InputError:  # a fresh clone has none
        pass
    made = {f"s{k + 1}" for k in range(params.synthetic.people)}
    people = made if Path(params.data.root) == STANDIN else set(SUBJECTS)
    # none named to be kept: all are
    return (set(params.prepare.keep.subjects) & people or people) - set(params.prepare.drop.subjects)


def strangers(results: Mapping[str, Result], people: Collection[str] = SUBJECTS) -> list[str]:
    """Results with sequences that the other rows of their replicate lack, or that are not of the people said.

    Args:
        people: of the data; a partial grid tests only some of them.
    """
    problems = []
    written = TESTED if set(people) == set(SUBJECTS) else {}
    for name, result in results.items():
        each, run = result.per_sequence, result.run
        # an id is the person's folder and the recording's name
        folders = ((id_, id_.partition("/")[0], who) for id_, who in zip(each.ids, each.subjects, strict=True))
        wrong = [f"{id_} of {who}" for id_, folder, who in folders if folder != who]
        problems += [f"{name}: says {wrong[0]}"] if wrong else []
        folds = written.get(run.split, ())
        if run.replicate < len(folds) and set(each.subjects) != set(folds[run.replicate]):
            said, asked = (" and ".join(sorted(names)) for names in (set(each.subjects), folds[run.replicate]))
            problems.append(f"{name}: tests {said}, fold {run.replicate} by {run.split} is of {asked}")
    # by fold: what most rows say is taken for right, and the odd ones are named
    problems += _odd(
        results, lambda it: (_asked(it.run), it.run.replicate), lambda it: tuple(it.per_sequence.ids), "ids"
    )
    problems += _odd(results, lambda it: (it.task, it.run.data.hash), lambda it: tuple(it.classes or ()), "classes")
    by_task_and_fold = lambda it: (it.task, _asked(it.run), it.run.replicate)  # noqa: E731 - one use, one line
    problems += _odd(results, by_task_and_fold, lambda it: tuple(map(sum, it.confusion or ())), "numbers by class")
    return problems


def _asked(run: Run) -> tuple[str, str]:
    # submissions may be on boards of their own, by other data or another split
    return run.data.hash, run.split


def _odd(
    results: Mapping[str, Result], group: Callable[[Result], Hashable], of: Callable[[Result], Hashable], what: str
) -> list[str]:
    """Results that differ in ``of`` from most others of their group."""
    groups: dict[Hashable, list[Named]] = {}
    for name, result in results.items():
        groups.setdefault(group(result), []).append((name, result))
    found = []
    for named in groups.values():
        usual = Counter(of(result) for _, result in named).most_common(1)[0][0]
        found += [f"{name}: its {what} are not those of the other rows" for name, each in named if of(each) != usual]
    return found


def of_other_data(root: Path, results: Mapping[str, Result]) -> list[str]:
    """Results trained here on other data than the graph store; to be asked where that is what dvc.lock says.

    Nothing where the store is not here, as in a fresh clone.
    """
    try:
        store: Store = open_store(root / GRAPHS)
    except InputError:
        return []
    ours = [(name, result.run.data.hash) for name, result in results.items() if result.run.origin == "trained"]
    return [f"{name}: run.data.hash is not that of {GRAPHS}/" for name, said in ours if said != store.hash]


def of_other_standin(root: Path, params: Params) -> list[str]:
    """What the stand-in that is here says of itself, where ``params.yaml`` asks for another; nothing where none is."""
    mark = root / STANDIN / STANDIN_MARK
    if Path(params.data.root) != STANDIN or not mark.is_file():
        return []
    said, asked = parse_json(mark.read_bytes()), params.synthetic.model_dump(include={"seed", "scale", "people"})
    odd = [f"synthetic.{key} {value}" for key, value in asked.items() if said.get(key) != value]
    return (
        [f"params.yaml asks for {', '.join(odd)}, which {STANDIN.as_posix()}/ is not: run `dvc repro`"] if odd else []
    )


def unlike_folds(root: Path, results: Mapping[str, Result]) -> list[str]:
    """Results whose sequences are not the test part of their fold; none where the graph store is not here.

    A fresh clone has no store, and neither one of other data says anything about them.
    """
    try:
        store: Store = open_store(root / GRAPHS)
    except InputError:
        return []
    ours = [(name, result) for name, result in results.items() if result.run.data.hash == store.hash]
    found = []
    for name, result in ours:
        try:
            expected = store.fold(result.run.split, result.run.replicate)["test"]
        except InputError as error:
            found.append(f"{name}: {error.problem}")
        else:
            if result.per_sequence.ids != list(expected):
                found.append(f"{name}: its ids are not those of fold {result.run.replicate} in {GRAPHS}/")
    return found
