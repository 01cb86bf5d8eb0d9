"""Every perturbation does what it declares, and the same to a recording whoever stands beside it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from deepgrasp.choices import POSE, TOUCH
from deepgrasp.errors import InputError
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.probes.pairs_of_recordings import partners
from deepgrasp.probes.perturbation import Recorded, Windows, check
from deepgrasp.probes.perturbations import PERTURBATIONS
from deepgrasp.probes.perturbed_store import PerturbedStore, read_windows
from deepgrasp.tasks import read_targets

EACH = [(name, strength) for name, each in PERTURBATIONS.items() for strength in each.strengths]
ALONE = [name for name, each in PERTURBATIONS.items() if each.partner is None]
each_of = pytest.mark.parametrize("name", PERTURBATIONS)


def asked_windows(name: str, windows: Windows) -> Windows:
    """The made-up windows, called what the perturbation can be asked of."""
    return replace(windows, window=(PERTURBATIONS[name].windows or (windows.window,))[0])


def same(one: Recorded, other: Recorded) -> list[bool]:
    return [np.array_equal(getattr(one, each), getattr(other, each)) for each in ("pose", "bones", "touch")]


@each_of
def test_at_strength_zero_nothing_is_changed(name, known):
    assert same(PERTURBATIONS[name](known.windows, 0), known.windows.clean) == [True] * 3


@pytest.mark.parametrize(("name", "strength"), EACH)
def test_it_changes_the_senses_that_it_names_and_no_other(name, strength, known):
    windows, senses = asked_windows(name, known.windows), PERTURBATIONS[name].senses
    found, clean = PERTURBATIONS[name](windows, strength), windows.clean
    pose, bones, touch = same(found, clean)
    assert (pose and bones) == (POSE not in senses)
    assert touch or TOUCH in senses
    if name != "same_object_touch":  # a recording of each object, so nobody to exchange with, but for the mugs
        assert touch == (TOUCH not in senses)
    for each in ("pose", "bones", "touch"):
        one, other = getattr(found, each), getattr(clean, each)
        assert (one.shape, one.dtype) == (other.shape, other.dtype)
    assert np.isfinite(found.pose).all()
    assert (found.bones >= 0).all()
    assert found.touch.max() <= 1


@pytest.mark.parametrize("name", ALONE)
def test_a_recording_is_changed_alike_whoever_stands_beside_it(name, known):
    """So every entrant meets the same noise, in whatever order."""
    rows = known.rows[[3, 1]]
    few, every = asked_windows(name, read_windows(known.store, rows, known.graphs)), asked_windows(name, known.windows)
    strength = PERTURBATIONS[name].strengths[-1]
    found, among = PERTURBATIONS[name](few, strength), PERTURBATIONS[name](every, strength)
    assert same(found, Recorded(among.pose[[3, 1]], among.bones[[3, 1]], among.touch[[3, 1]])) == [True] * 3


@each_of
def test_targets_stay_and_inputs_are_derived_anew(name, known):
    windows = asked_windows(name, known.windows)
    seen = PERTURBATIONS[name](windows, PERTURBATIONS[name].strengths[-1])
    store = PerturbedStore(known.store, known.rows, seen)
    clean, found = (load_inputs(each, known.rows, known.graphs, ("joint", "posture")) for each in (known.store, store))
    for sense, x in found.items():
        assert np.array_equal(x, clean[sense]) == (sense not in PERTURBATIONS[name].senses)
        spread = np.abs(x - clean[sense]).max(axis=(0, 1, 2))
        if sense == POSE and sense in PERTURBATIONS[name].senses:
            assert spread[4:7].max() > 0  # where the joints are
    for task, target in read_targets(known.store, known.rows, "both").items():
        other = read_targets(store, known.rows, "both")[task]
        for field, value in vars(target).items():
            assert str(value) == str(getattr(other, field))


@pytest.mark.parametrize("name", ["joint_noise", "dropped_joints", "dead_patches", "dropped_frames"])
def test_what_is_lost_or_wrong_at_a_low_strength_is_more_so_at_a_high_one(name, known):
    each, clean = PERTURBATIONS[name], known.windows.clean
    low, high = (each(known.windows, each.strengths[k]) for k in (0, 1))
    if name == "joint_noise":
        ratio = each.strengths[1] / each.strengths[0]
        np.testing.assert_allclose(high.pose - clean.pose, ratio * (low.pose - clean.pose), atol=1e-6)
    else:
        fewer, more = (
            np.concatenate([(found.pose != clean.pose).ravel(), (found.touch != clean.touch).ravel()])
            for found in (low, high)
        )
        assert (more | ~fewer).mean() > 0.99  # a frame that is held may be equal by chance
        assert more.sum() > fewer.sum()


def test_partners_exchange_and_nobody_is_taken_twice():
    ids, values = [f"s/{k}" for k in range(9)], list("aaabbbccd")
    for equal in (True, False):
        found = partners(ids, values, same=equal, what="x")
        assert (found[found] == np.arange(9)).all()
        assert all((values[k] == values[p]) is equal for k, p in enumerate(found) if p != k)
    assert (partners(ids, values, same=True, what="x") == np.arange(9)).sum() == 3  # one of a, one of b, and d
    order = [4, 0, 8, 2, 1, 3, 7, 6, 5]
    moved = partners([ids[k] for k in order], [values[k] for k in order], same=True, what="x")
    assert {(order[k], order[p]) for k, p in enumerate(moved)} == set(
        enumerate(partners(ids, values, same=True, what="x").tolist())
    )


def test_before_contact_cuts_at_the_first_touch_and_prehension_behind_its_last_frame():
    touch = np.zeros((2, 4, 2, 778), np.uint8)
    touch[0, 2] = 1  # of the second window nothing
    pose = np.arange(4, dtype=np.float32)[None, :, None, None] * np.ones((2, 4, 39, 3), np.float32)
    clean = Recorded(pose, np.ones((2, 49), np.float32), touch)
    windows = SimpleNamespace(clean=clean, frames=np.array([[0, 60, 120, 180]] * 2), length=4, rate=120.0)
    seen = PERTURBATIONS["before_contact"].act(clean, windows, 0.5)  # 60 frames
    assert seen.pose[:, :, 0, 0].tolist() == [[0, 0, 0, 0], [0, 1, 2, 2]]


def test_it_is_asked_only_where_there_is_something_to_come():
    assert not PERTURBATIONS["before_contact"].asked_of("contact")
    assert PERTURBATIONS["before_contact"].asked_of("prehension")


@pytest.mark.parametrize(
    ("change", "word"),
    [({"kind": "wonder"}, "kind"), ({"senses": ()}, "senses"), ({"strengths": (2, 1)}, "strengths"),
     ({"act": abs}, "act")],
)  # fmt: skip
def test_a_file_that_is_wrong_is_named(change, word):
    with pytest.raises(InputError, match=f"here.{word}"):
        check("here", replace(PERTURBATIONS["joint_noise"], **change))
    with pytest.raises(InputError, match="make it a Perturbation"):
        check("here", None)
