"""Every use of GRAB has waypoints, and none is idle."""

from deepgrasp.grab import catalogue
from deepgrasp.standin.acting.uses import OBJECT_USES, use_of


def test_every_use_has_a_way_and_no_way_is_idle():
    done = {(thing, action) for thing, actions in catalogue.USES.items() for action in actions}
    assert all(use_of(*use).waypoints for use in done)
    assert {key if key in OBJECT_USES else key[1] for key in done} == set(OBJECT_USES)
    assert use_of("hammer", "use") is OBJECT_USES["hammer", "use"]
    assert use_of("mug", "drink") is use_of("bowl", "drink") is OBJECT_USES["drink"]
