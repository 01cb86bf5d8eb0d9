import numpy as np

from deepgrasp.prepare.within_reach import WITHIN_REACH, problem_of_touch
from deepgrasp.store.layout import POSE_NODES


def case() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three frames: wrists half a metre right and left of the origin, where the object is; the right hand touches."""
    touch = np.zeros((3, 2, 98), np.uint8)
    touch[1:, 0, 5] = 1
    joints = np.full((3, 39, 3), 50.0)
    joints[:, POSE_NODES.index("right_wrist")] = [0.5, 0, 0]
    joints[:, POSE_NODES.index("left_wrist")] = [-0.5, 0, 0]
    return touch, joints, np.zeros((3, 3))


def test_a_hand_that_touches_reaches_the_surface() -> None:
    touch, joints, thing = case()
    assert problem_of_touch(touch, joints, thing, 0.1) is None
    thing[2] = [0.5 + WITHIN_REACH + 0.09, 0, 0]  # from the wrist to the surface 2 m but for a centimetre
    assert problem_of_touch(touch, joints, thing, 0.1) is None
    thing[2] += [0.02, 0, 0]
    said = problem_of_touch(touch, joints, thing, 0.1)
    assert said is not None
    assert said.startswith("in frame 2 of its window the object is 2.11 m from the wrist of the right hand")


def test_a_hand_that_does_not_touch_may_be_anywhere() -> None:
    touch, joints, thing = case()
    thing[0] = [9, 0, 0]  # before the touch
    joints[:, POSE_NODES.index("left_wrist")] = [9, 0, 0]
    assert problem_of_touch(touch, joints, thing, 0.1) is None
