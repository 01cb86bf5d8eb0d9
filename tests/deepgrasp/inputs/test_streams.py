import numpy as np
import pytest
import torch

from deepgrasp.geometry.arm_kinematics import arm_positions
from deepgrasp.geometry.graph import arm_edges
from deepgrasp.geometry.rotations_torch import rotation_matrix
from deepgrasp.inputs.standardise import Statistics
from deepgrasp.inputs.streams import STREAMS, Posture
from deepgrasp.skeleton import arms
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN

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


def posture(spec: InputSpec, directions: np.ndarray) -> Posture:
    stream = Posture(spec).eval()  # its norm has seen nothing and changes nothing
    stream.direction.data = torch.tensor(directions, dtype=torch.float32)
    return stream


@torch.no_grad()
def test_posture_of_a_chain_that_is_bent_at_its_second_node():
    spec = InputSpec(3, 4, 1, ((0, 1), (1, 2)))
    quarter = np.pi / 2
    x = torch.tensor([[9.0, 9, 9, 0], [0, 0, quarter, 2], [0, 0, 0, 3]])[None, None]  # the root's turn is not followed
    seen = posture(spec, np.array([[0, 0, 1], [5, 0, 0], [1, 0, 0]]))(x)[0, 0]
    torch.testing.assert_close(seen[:, :4], x[0, 0])
    torch.testing.assert_close(seen[:, 4:7], torch.tensor([[0.0, 0, 0], [2, 0, 0], [2, 3, 0]]), atol=1e-4, rtol=1e-4)
    columns = seen[2, 7:].view(3, 2)
    torch.testing.assert_close(columns, torch.tensor([[0.0, -1], [1, 0], [0, 0]]), atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_before_it_has_learned_a_posture_is_that_of_the_rest_pose():
    spec = InputSpec(3, 4, 1, ((1, 0), (1, 2)), rest=((-1, 0, 0), (0, 0, 0), (1, 0, 0)))
    x = torch.tensor([[0.0, 0, 0, 2], [0, 0, 0, 0], [0, 0, 0, 3]])[None, None]
    places = Posture(spec).eval()(x)[0, 0, :, 4:7]
    torch.testing.assert_close(places, torch.tensor([[-2.0, 0, 0], [0, 0, 0], [3, 0, 0]]), atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_posture_with_the_bones_directions_is_forward_kinematics():
    rng, names = np.random.default_rng(0), arms("both")
    angles, bones = rng.normal(0, 0.7, (5, len(names), 3)), rng.normal(0, 0.1, (len(names), 3))
    bones[names.index("neck")] = 0
    lengths = np.broadcast_to(np.linalg.norm(bones, axis=1)[:, None], (*angles.shape[:2], 1))
    natural = np.concatenate([angles, lengths], -1)
    known = Statistics(natural.mean(0), natural.std(0) + 0.1)
    spec = InputSpec(len(names), 4, 5, tuple((int(tail), int(head)) for tail, head in arm_edges(names)))
    stream = posture(spec, bones)
    stream.set_statistics(known)
    x = torch.tensor((natural - known.mean) / known.sd, dtype=torch.float32)[None]
    expected = torch.tensor(arm_positions(angles, bones), dtype=torch.float32)
    torch.testing.assert_close(stream(x)[0, ..., 4:7], expected, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_postures_are_followed_in_full_precision():
    x = torch.randn(2, 3, 4, 4)
    stream = posture(InputSpec(4, 4, 3, ((0, 1), (1, 2), (2, 3))), np.ones((4, 3)))
    with torch.autocast("cpu", torch.bfloat16):
        low = stream(x)
    assert torch.equal(low, stream(x))


def test_rotations_are_smooth_at_no_turn_at_all():
    turn = torch.zeros(2, 3, requires_grad=True)
    rotation = rotation_matrix(turn)
    assert torch.equal(rotation, torch.eye(3).expand(2, 3, 3))
    rotation[:, 1, 0].sum().backward()
    assert turn.grad is not None
    torch.testing.assert_close(turn.grad, torch.tensor([[0.0, 0, 1]] * 2))


@pytest.mark.parametrize(("features", "seen"), [(1, [1, 1]), (4, [4, 13, 4])])
def test_a_graph_without_angles_has_no_posture_but_what_it_is_given(features, seen):
    model = AttentionSTGCN(InputSpec(3, features, 2, ((0, 1), (1, 2))), streams=("joint", "posture", "motion"))
    assert [view(torch.zeros(1, 2, 3, features)).shape[-1] for view in model.views] == seen
