import torch

from deepgrasp.spec import InputSpec
from deepgrasp.streams import STREAMS

SPEC = InputSpec(nodes=4, features=1, frames=3, edges=((1, 0), (1, 2), (0, 3), (2, 3)))
X = torch.tensor([[1.0, 2, 4, 8], [16, 32, 64, 128], [0, 0, 0, 1]])[None, :, :, None]  # [B, T, V, F]


def seen(stream: str) -> list[list[float]]:
    return STREAMS[stream](SPEC)(X)[0, :, :, 0].tolist()


def test_joint_is_the_features_as_they_are():
    assert torch.equal(STREAMS["joint"](SPEC)(X), X)


def test_bone_is_the_difference_to_the_first_parent_and_zero_at_a_root():
    assert seen("bone") == [[-1, 0, 2, 7], [-16, 0, 32, 112], [0, 0, 0, 1]]


def test_motion_is_the_difference_to_the_next_frame_and_zero_in_the_last():
    assert seen("motion") == [[15, 30, 60, 120], [-16, -32, -64, -127], [0, 0, 0, 0]]


def test_one_frame_has_no_motion():
    assert STREAMS["motion"](SPEC)(X[:, :1]).tolist() == torch.zeros(1, 1, 4, 1).tolist()
