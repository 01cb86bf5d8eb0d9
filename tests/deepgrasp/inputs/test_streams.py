import numpy as np

from deepgrasp.geometry.arm_kinematics import arm_positions
from deepgrasp.geometry.graph import arm_edges
from deepgrasp.inputs.streams import STREAMS, compute_streams, distinct, posture, widths, with_streams
from deepgrasp.skeleton import arms
from deepgrasp.spec import InputSpec

SPEC = InputSpec(nodes=4, features=1, frames=3, edges=((1, 0), (1, 2), (0, 3), (2, 3)))
X = np.array([[1.0, 2, 4, 8], [16, 32, 64, 128], [0, 0, 0, 1]], np.float32)[None, :, :, None]  # [N, T, V, F]


def seen(stream: str) -> list[list[float]]:
    return STREAMS[stream](X, SPEC)[0, :, :, 0].tolist()


def test_joint_is_the_features_as_they_are():
    assert np.array_equal(STREAMS["joint"](X, SPEC), X)


def test_bone_is_the_difference_to_the_first_parent_and_zero_at_a_root():
    assert seen("bone") == [[-1, 0, 2, 7], [-16, 0, 32, 112], [0, 0, 0, 1]]


def test_motion_is_the_difference_to_the_next_frame_and_zero_in_the_last():
    assert seen("motion") == [[15, 30, 60, 120], [-16, -32, -64, -127], [0, 0, 0, 0]]


def test_one_frame_has_no_motion():
    assert STREAMS["motion"](X[:, :1], SPEC).tolist() == np.zeros((1, 1, 4, 1)).tolist()


def test_posture_of_a_chain_that_is_bent_at_its_second_node():
    spec = InputSpec(3, 4, 1, ((0, 1), (1, 2)), rest=((0, 0, 1), (1, 0, 0), (1, 0, 0)))
    quarter = np.pi / 2
    # the root's turn is shown, and not followed
    x = np.array([[0, 0, -quarter, 0], [0, 0, quarter, 2], [0, 0, 0, 3]], np.float32)[None, None]
    found = posture(x, spec)[0, 0]
    np.testing.assert_allclose(found[:, :3], [[0, 0, 0], [2, 0, 0], [2, 3, 0]], atol=1e-6)
    columns = found[:, 3:].reshape(3, 3, 2)
    np.testing.assert_allclose(columns[0], [[0, 1], [-1, 0], [0, 0]], atol=1e-6)
    np.testing.assert_allclose(columns[2], [[0, -1], [1, 0], [0, 0]], atol=1e-6)


def test_posture_with_a_persons_own_bones_is_forward_kinematics():
    rng, names = np.random.default_rng(0), arms("both")
    angles, bones = rng.normal(0, 0.7, (5, len(names), 3)), rng.normal(0, 0.1, (len(names), 3))
    lengths = np.linalg.norm(bones, axis=1, keepdims=True)
    edges = tuple((int(tail), int(head)) for tail, head in arm_edges(names))
    spec = InputSpec(len(names), 4, 5, edges, rest=tuple(map(tuple, (bones / lengths).tolist())))
    bones[names.index("neck")] = 0
    x = np.concatenate([angles, np.broadcast_to(lengths, (*angles.shape[:2], 1))], -1)
    np.testing.assert_allclose(posture(x[None], spec)[0, ..., :3], arm_positions(angles, bones), atol=1e-6)


def test_a_graph_without_bones_has_no_posture_but_its_features():
    assert distinct(SPEC, ("posture", "joint", "motion")) == ("joint", "motion")
    assert np.array_equal(posture(X, SPEC), X)


def test_a_spec_says_where_each_stream_is():
    spec = InputSpec(2, 4, 3, ((0, 1),), rest=((0, 0, 0), (1, 0, 0)))
    assert spec.streams == {"joint": slice(0, 4)}
    asked = ("motion", "posture", "joint")
    x = np.random.default_rng(0).normal(size=(1, 3, 2, 4)).astype(np.float32)
    shown = np.concatenate(compute_streams(x, spec, asked), -1)
    told = with_streams(spec, asked, widths(spec, asked))
    assert told.features == shown.shape[-1] == 17
    for name in asked:
        assert np.array_equal(shown[..., told.streams[name]], STREAMS[name](x, spec))
    assert shown.dtype == np.float32
