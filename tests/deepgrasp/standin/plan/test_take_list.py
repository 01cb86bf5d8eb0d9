"""The plan: GRAB's figures at GRAB's scale, its long tail at every scale, and nothing that gives a label away."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import OBJECTS, SUBJECTS, USES, WITHOUT, parse_name
from deepgrasp.standin.plan.counts import GRAB_ACTIONS, GRAB_SUBJECTS
from deepgrasp.standin.plan.scales import SCALES
from deepgrasp.standin.plan.take_list import plan_takes

INTENTS = ("use", "pass", "lift", "offhand")
SEEDS = (0, 1, 7)


@pytest.mark.parametrize("seed", SEEDS)
def test_grab_scale_has_grabs_figures(seed):
    takes = plan_takes("grab", seed)
    assert len(takes) == len({(t.subject, t.name) for t in takes}) == 1335
    assert Counter(t.subject for t in takes) == GRAB_SUBJECTS
    assert list(GRAB_SUBJECTS.values()) == [198, 93, 125, 113, 106, 148, 120, 162, 125, 145]
    assert Counter(t.intent for t in takes) == {"use": 580, "pass": 414, "lift": 274, "offhand": 67}
    assert Counter(t.action for t in takes) == GRAB_ACTIONS
    objects = Counter(t.object for t in takes)
    assert (len(objects), min(objects.values()), max(objects.values())) == (51, 7, 46)
    pairs = Counter((t.object, t.intent) for t in takes)
    assert (len(pairs), max(pairs.values())) == (191, 28)
    rare = [n for n in pairs.values() if n < 3]
    assert (len(rare), sum(rare)) == (41, 60)
    assert sum(t.name.endswith("_Retake") for t in takes) == 18


def test_grab_scale_has_grabs_lengths():
    frames = np.array([take.frames for take in plan_takes("grab", 0)])
    assert (frames.min(), frames.max()) == (491, 4460)
    percentiles = np.percentile(frames, [5, 10, 25, 50, 75, 90, 95])
    np.testing.assert_allclose(percentiles, [630, 680, 812, 1016, 1377, 2149, 2509], rtol=0.003)
    assert frames.sum() == pytest.approx(1_623_695, rel=0.002)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("seed", SEEDS)
def test_names_are_grabs(scale, seed):
    """Numbers 1 to 4 without gaps, none for lifts; a re-take has the number of the take before it."""
    takes = plan_takes(scale, seed)
    groups = defaultdict(list)
    for take in takes:
        name = parse_name(take.subject, take.name)
        assert (name.object, name.motion, name.action) == (take.object, take.action, take.intent)
        groups[take.subject, take.object, take.action].append((name.take, take.name.endswith("_Retake")))
    assert len({(t.subject, t.name) for t in takes}) == len(takes)
    for (_, _, action), parts in groups.items():
        numbers = sorted(number for number, again in parts if not again)  # type: ignore[type-var]
        assert numbers == ([None] if action == "lift" else list(range(1, len(numbers) + 1)))
        assert len(numbers) <= 4
        assert [number for number, again in parts if again] in ([], numbers[-1:])


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("seed", SEEDS)
def test_things_are_used_as_grab_has_it(scale, seed):
    for take in plan_takes(scale, seed):
        assert take.action in USES[take.object] if take.intent == "use" else take.object not in WITHOUT[take.intent]


@pytest.mark.parametrize(("scale", "people"), [("default", 8), ("grab", 7)])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_training_fold_has_every_object(scale, people, seed):
    """A fold trains on six of ten subjects: five who hold an object are enough. GRAB's rarest object has 7 takes."""
    takes = plan_takes(scale, seed)
    for thing in OBJECTS:
        assert len({take.subject for take in takes if take.object == thing}) >= people
    assert {take.subject for take in takes} == set(SUBJECTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_default_scale_is_a_small_grab(seed):
    takes = plan_takes("default", seed)
    assert len(takes) == 720
    objects, pairs = Counter(t.object for t in takes), Counter((t.object, t.intent) for t in takes)
    assert set(objects) == set(OBJECTS)
    assert max(objects.values()) > 2 * min(objects.values())
    assert (len(pairs), min(pairs.values())) == (191, 1)
    assert any(t.name.endswith("_Retake") for t in takes)
    assert min(t.frames for t in takes) >= 216
    assert max(t.frames for t in takes) <= 420


@pytest.mark.parametrize("people", [4, 10, 14])
def test_whoever_asks_for_more_people_gets_the_first_ones_unchanged(people):
    takes, more = plan_takes("default", 0, people, 40), plan_takes("default", 0, 23, 40)
    assert takes == [take for take in more if int(take.subject[1:]) <= people]
    assert Counter(take.subject for take in takes) == {f"s{k}": 40 for k in range(1, people + 1)}
    assert len({take.seed for take in more}) == len(more) == 920


@pytest.mark.parametrize("recordings", [32, 33, 128])
def test_any_number_of_recordings_has_all_objects_and_intents(recordings):
    takes = plan_takes("default", 1, 10, recordings)
    assert len({(take.object, take.intent) for take in takes}) == 191
    assert Counter(take.subject for take in takes) == {f"s{k}": recordings for k in range(1, 11)}


@pytest.mark.parametrize(("people", "recordings"), [(11, 72), (10, 60)])
def test_other_scales_have_their_own_people(people, recordings):
    with pytest.raises(InputError, match="scale tiny: has its own ten people"):
        plan_takes("tiny", 0, people, recordings)


@pytest.mark.parametrize("scale", ["default", "grab"])
@pytest.mark.parametrize("seed", SEEDS)
def test_all_subjects_are_asked_for_the_same(scale, seed):
    takes = plan_takes(scale, seed)
    asked = Counter((take.subject, take.intent) for take in takes)
    for intent in INTENTS:
        share = sum(take.intent == intent for take in takes) / len(takes)
        for subject in SUBJECTS:
            count = sum(take.subject == subject for take in takes)
            assert abs(asked[subject, intent] - share * count) < 2


@pytest.mark.parametrize("scale", ["default", "grab"])
def test_contact_has_its_time(scale):
    """The published tools want 81 frames; GRAB's fewest are 94."""
    for take in plan_takes(scale, 0):
        assert 35 < take.first < take.last < take.frames
        assert take.last - take.first >= max(112, 0.33 * take.frames)


@pytest.mark.parametrize("scale", SCALES)
def test_same_seed_same_plan(scale):
    assert plan_takes(scale, 3) == plan_takes(scale, 3)
    assert plan_takes(scale, 3) != plan_takes(scale, 4)


@pytest.mark.parametrize("scale", ["default", "grab"])
@pytest.mark.parametrize("label", ["object", "intent"])
def test_length_time_and_order_tell_nothing(scale, label):
    """A tree on them does not beat the most frequent class by more than three standard deviations."""
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    takes = plan_takes(scale, 0)
    known = [[k, t.frames, t.first, t.last, t.last - t.first, int(t.subject[1:])] for k, t in enumerate(takes)]
    labels = np.array([getattr(take, label) for take in takes])
    tree = DecisionTreeClassifier(max_depth=6, random_state=0)
    accuracy = cross_val_score(tree, np.array(known), labels, cv=KFold(5, shuffle=True, random_state=0)).mean()
    chance = np.unique(labels, return_counts=True)[1].max() / len(labels)
    assert accuracy < chance + 3 * np.sqrt(chance * (1 - chance) / len(labels))
