"""A scene in a viser server: what is drawn once, and what moves from frame to frame."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from benchmark.viewing.served_gates import ServedGates
from deepgrasp.geometry.graph import arm_edges
from deepgrasp.geometry.rotations import Floats
from deepgrasp.skeleton import JOINTS
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.loss_on_skin import Silenced
from deepgrasp.view.palette import (
    ANSWER_COLOURS,
    GAINED_COLOUR,
    HEAT_COLOUR,
    LOST_COLOUR,
    RIGHT_COLOUR,
    SKIN_COLOUR,
    TABLE_COLOUR,
    THING_COLOUR,
)
from deepgrasp.view.recorded_scene import Scene

SCENE_LAYERS = ("body", "object", "table", "touch", "arm graph", "axes", "answers")
NOT_SHOWN = "not shown"
_FOLDER = {name: f"/{name.replace(' ', '_')}" for name in SCENE_LAYERS}


class ServedScene:
    """What of a scene stands on a viser server.

    Args:
        server: a ``viser.ViserServer``; what it shows is replaced.
        visible: layers that are shown, of :data:`SCENE_LAYERS`.
        silenced: what models look at.
    """

    def __init__(
        self,
        server: Any,
        scene: Scene,
        answers: Sequence[ShownAnswer],
        visible: Sequence[str],
        silenced: Sequence[Silenced] = (),
    ) -> None:
        self.scene, self.answers, self._api = scene, answers, server.scene
        self._api.reset()
        self._api.set_up_direction(tuple(scene.up))
        # the parent of each layer, which shows or hides all that hangs from it
        self._layers = {name: self._api.add_frame(_FOLDER[name], show_axes=False) for name in SCENE_LAYERS}
        self._body = self._add_body()
        self._thing = self._add_thing("object/mesh", THING_COLOUR)
        if scene.table is not None:
            table = scene.table
            self._api.add_mesh_simple(f"{_FOLDER['table']}/mesh", table.placed(0), table.faces, color=TABLE_COLOUR)
        self._touch = self._api.add_point_cloud(
            f"{_FOLDER['touch']}/points", np.zeros((1, 3)), HEAT_COLOUR, point_size=0.006
        )
        self._graph = self._add_lines(f"{_FOLDER['arm graph']}/edges", scene.edges, RIGHT_COLOUR)
        names = ("world", "neck", "object")
        self._axes = {
            name: self._api.add_frame(f"{_FOLDER['axes']}/{name}", axes_length=0.2, axes_radius=0.004) for name in names
        }
        self._answers = [self._add_answer(k, each) for k, each in enumerate(answers)]
        self._silenced = silenced
        self._looked: NDArray[np.int64] = np.zeros(0, np.int64)  # vertices at which something is lost
        self._looks = self._api.add_point_cloud(
            "/looks", np.zeros((1, 3)), LOST_COLOUR, point_size=0.006, visible=False
        )
        self._gates = ServedGates(self._api, scene, [gated for each in answers for gated in each.gates])
        self._looks_told = ""
        for name in SCENE_LAYERS:
            self.layer(name, name in visible)

    def layer(self, name: str, shown: bool) -> None:
        """Show a layer, or hide it."""
        self._layers[name].visible = shown

    def look(self, choice: str) -> None:
        """Show what a model loses on the skin, as points of red, or of blue where it gains; from the next frame on.

        Args:
            choice: such as ``pose/best/0: joints``, or the ``choice`` of a model's gates; :data:`NOT_SHOWN`: nothing.
        """
        self._gates.look(choice)
        self._looks.visible, self._looks_told = False, ""
        name, _, sense = choice.rpartition(": ")
        each = next((each for each in self._silenced if each.name == name), None)
        lost = None if each is None else each.on_skin(self.scene.body).get(sense)
        if each is None or lost is None:
            return
        # a floor: where nothing is lost, rounding would have the strongest colours
        most = max(float(np.abs(lost).max()), 0.01)
        # the rest of the skin has the colour of nothing lost, which is its own
        seen = np.flatnonzero(np.abs(lost) > most / 50)
        if not len(seen):
            return
        share = (lost[seen] / most)[:, None]  # [n, 1]
        full = np.where(share < 0, GAINED_COLOUR, LOST_COLOUR)  # [n, 3]
        colours = SKIN_COLOUR + np.abs(share) * (full - np.array(SKIN_COLOUR))  # [n, 3]
        self._looked = seen
        self._looks.colors = np.round(colours).astype(np.uint8)
        self._looks.points = self.scene.body.vertices(0, seen)
        self._looks.visible = True
        self._looks_told = f"red: {each.unit} that **{choice}** loses, up to {most:.1f}; blue: gains; {each.told}"

    @property
    def looks_told(self) -> str:
        """What the colours on the skin mean; empty where there are none."""
        return self._gates.told or self._looks_told

    def show(self, frame: int) -> None:
        """Move everything to where it is in a frame of the scene."""
        scene, body = self.scene, self.scene.body
        if len(body.directions):
            self._body.vertices = body.vertices(frame)
        else:
            turns = quaternions(body.transforms[frame, :, :, :3])
            for bone, wxyz, joint in zip(self._body.bones, turns, body.joints[frame], strict=True):
                bone.wxyz, bone.position = wxyz, joint
        place(self._thing, scene.thing.rotation[frame], scene.thing.translation[frame])
        if self._looks.visible:
            self._looks.points = body.vertices(frame, self._looked)
        self._gates.show(frame)
        self._touch.points = self._touching(frame)
        self._graph.points = scene.nodes[frame][scene.edges].astype(np.float32)  # [E, 2, 3]
        origin, axes = scene.frame_of_targets()
        place(self._axes["neck"], axes[frame], origin[frame])
        place(self._axes["object"], scene.thing.rotation[frame], scene.thing.translation[frame])
        for each, drawn in zip(self.answers, self._answers, strict=True):
            self._show_answer(each, drawn, frame)

    def _add_body(self) -> Any:
        body, name = self.scene.body, f"{_FOLDER['body']}/skin"
        if len(body.directions):  # poses bend it: bones alone would be millimetres off, so every frame has its vertices
            return self._api.add_mesh_simple(name, body.vertices(0), body.faces, color=SKIN_COLOUR)
        # where each joint is at rest: R x + o is the joint in the world
        rotation, offset = body.transforms[0, :, :, :3], body.transforms[0, :, :, 3]
        rest = np.einsum("jba,jb->ja", rotation, body.joints[0] - offset)  # [55, 3]
        still = np.tile([1.0, 0.0, 0.0, 0.0], (len(JOINTS), 1))  # not turned
        return self._api.add_mesh_skinned(
            name,
            body.rest,
            body.faces,
            bone_wxyzs=still,
            bone_positions=rest,
            skin_weights=body.weights,
            color=SKIN_COLOUR,
        )

    def _add_thing(self, name: str, colour: tuple[int, int, int], opacity: float | None = None) -> Any:
        thing = self.scene.thing
        return self._api.add_mesh_simple(f"/{name}", thing.vertices, thing.faces, color=colour, opacity=opacity)

    def _add_lines(self, name: str, edges: NDArray[Any], colour: tuple[int, int, int]) -> Any:
        points = np.zeros((len(edges), 2, 3), np.float32)
        return self._api.add_line_segments(name, points, colour, thickness=3.0, thickness_units="screen")

    def _add_answer(self, k: int, answer: ShownAnswer) -> Any:
        colour = ANSWER_COLOURS[k % len(ANSWER_COLOURS)]
        if answer.thing is not None:
            # one sees the true one through it
            return self._add_thing(f"answers/thing{k}", colour, opacity=0.6)
        if answer.arms is not None:
            return self._add_lines(f"{_FOLDER['answers']}/arms{k}", arm_edges(answer.joints), colour)
        return None

    def _show_answer(self, answer: ShownAnswer, drawn: Any, frame: int) -> None:
        """Of the frame asked about last; none before the first."""
        if drawn is None:
            return
        k = int(np.searchsorted(answer.at, frame, side="right")) - 1
        # after the last one, too, there is no answer
        drawn.visible = k >= 0 and frame <= answer.at[-1]
        if not drawn.visible:
            return
        if answer.thing is not None:
            place(drawn, answer.thing.rotation[k], answer.thing.translation[k])
        elif answer.arms is not None:
            drawn.points = answer.arms[k][arm_edges(answer.joints)].astype(np.float32)  # [E, 2, 3]

    def _touching(self, frame: int) -> NDArray[np.float32]:
        """Vertices of body and object that touch, or one below the floor where none does: a cloud is never empty."""
        scene = self.scene
        body = scene.body.vertices(frame, np.flatnonzero(scene.body.touch[frame]))
        thing = scene.thing.placed(frame)[scene.thing.touch[frame] > 0]
        found = np.concatenate([body, thing])
        return found if len(found) else np.full((1, 3), -100.0, np.float32)


def place(node: Any, rotation: Floats, translation: Floats) -> None:
    """Put a node of the server where a rotation ``[3, 3]`` (for columns) and a translation ``[3]`` (m) say."""
    node.wxyz, node.position = quaternions(rotation[None])[0], translation


def quaternions(rotations: Floats) -> Floats:
    """Rotations ``[N, 3, 3]`` as quaternions ``[N, 4]``, the real part first."""
    return np.asarray(Rotation.from_matrix(rotations).as_quat()[:, [3, 0, 1, 2]])  # scipy has it last
