"""A viser server on this machine alone, in which a data set is browsed: filters, next and previous, time, layers."""

import time
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import RLock
from typing import Any

import numpy as np

from benchmark.viewing.asked_networks import AskedNetwork
from benchmark.viewing.cells import AnsweredCell
from benchmark.viewing.pages import scene_with_answers
from benchmark.viewing.served_early import ServedEarly
from benchmark.viewing.served_errors import ServedErrors
from benchmark.viewing.served_scene import NOT_SHOWN, SCENE_LAYERS, ServedScene
from deepgrasp.errors import InputError
from deepgrasp.grab.data_root import RecordingFile
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.loss_on_skin import Silenced
from deepgrasp.view.recorded_scene import Recordings, Scene

LOOPBACK = "127.0.0.1"
ANY = "any"
TICK = 1 / 30  # seconds
_SPEEDS = {"1/10": 0.1, "1/4": 0.25, "1/2": 0.5, "as recorded": 1.0}
_OF = {"person": "subject", "object": "object", "intent": "action"}  # what a filter is called, and the part of a name


def serve(
    recordings: Recordings,
    names: Sequence[str],
    cells: Sequence[AnsweredCell],
    silenced: Sequence[Silenced] = (),
    networks: Mapping[str, AskedNetwork] | None = None,
    *,
    frames: int | None,
    conventions: bool,
    port: int,
) -> None:
    """Show recordings in a browser until the command is interrupted.

    Raises:
        InputError: viser is not installed, or the first recording cannot be shown.
    """
    viewer = Viewer(recordings, names, cells, silenced, networks, frames=frames, conventions=conventions, port=port)
    print(f"{viewer.address} (this machine alone; from afar: ssh -L {viewer.port}:{LOOPBACK}:{viewer.port} HOST)")
    print("Ctrl-C ends it")
    with suppress(webbrowser.Error):  # without a browser there is still the address
        webbrowser.open(viewer.address)
    try:
        while True:
            time.sleep(TICK)
            viewer.tick(TICK)
    except KeyboardInterrupt:
        print("ended")
    finally:
        viewer.stop()


class Viewer:
    """The server, its panel, and the recording that it shows.

    Args:
        names: recordings that are browsed.
        silenced: what the cells look at.
        networks: of cells by name, to be asked again about each recording.
        frames: of each, evenly spaced; None for all.
    """

    def __init__(
        self,
        recordings: Recordings,
        names: Sequence[str],
        cells: Sequence[AnsweredCell],
        silenced: Sequence[Silenced] = (),
        networks: Mapping[str, AskedNetwork] | None = None,
        *,
        frames: int | None,
        conventions: bool = False,
        port: int = 8080,
    ) -> None:
        try:
            import viser
        except ImportError:
            remedy = "pip install 'viser>=1.1', or write a page: --html FILE"
            raise InputError("view", "needs viser to open a browser", remedy) from None
        self._recordings, self._cells, self._frames = recordings, cells, frames
        self._silenced, self._networks = silenced, networks
        self._files = {name: recordings.find(name) for name in names}
        self._shown = {"body", "object", "table", "touch", "answers"} | (
            {"axes", "arm graph"} if conventions else set()
        )
        self._lock = RLock()  # buttons are answered in threads of their own
        self._clock = 0.0  # in frames of the recording: the slider counts those shown
        # the first recording before the server: what is wrong with it is told in the terminal
        first = scene_with_answers(recordings, names[0], cells, frames, networks)
        self.server = viser.ViserServer(host=LOOPBACK, port=port, label="DeepGrasp Bench", verbose=False)
        # no button that would ask for a public address: bodies of licensed data stay on this machine
        self.server.gui.configure_theme(show_share_button=False)
        self._panel(first[1])  # before the scene, which sets its controls
        self._look_at(first[0])
        self._put(*first)

    @property
    def port(self) -> int:
        """Port of the server: the one that was asked for, or the next that is free."""
        return int(self.server.get_port())

    @property
    def address(self) -> str:
        """Where a browser on this machine finds it."""
        return f"http://{LOOPBACK}:{self.port}"

    def stop(self) -> None:
        """End the server."""
        self.server.stop()

    def open(self, name: str) -> None:
        """Show another recording; one that is damaged is told in the panel."""
        with self._lock:
            try:
                found = scene_with_answers(self._recordings, name, self._cells, self._frames, self._networks)
            except InputError as error:
                self._told.content = f"**{error}**"
                return
            self._put(*found)

    def step(self, count: int) -> None:
        """Show the recording so many places on among those that the filters leave."""
        options = list(self._names.options)
        self._names.value = options[(options.index(self._names.value) + count) % len(options)]  # round and round

    def narrow(self) -> None:
        """Leave the recordings that all filters let through; a choice that leaves none is told, and the list stays."""
        wanted = {part: self._filters[name].value for name, part in _OF.items()}
        left = [name for name, file in self._files.items() if _fits(file, wanted) and self._is_answered(name)]
        if left:
            self._names.options = left
        else:
            self._told.content = "**No recording is left of all these choices.**"

    def tick(self, seconds: float) -> None:
        """Go on by so much time, while it plays."""
        with self._lock:
            if not self._play.value:
                return
            scene = self.drawn.scene
            self._clock += seconds * scene.framerate * _SPEEDS[self._speed.value]
            if self._clock > scene.frames[-1]:
                self._clock = float(scene.frames[0])
            # the last one that is shown by then
            self._time.value = int(np.searchsorted(scene.frames, self._clock, side="right")) - 1

    def _look_at(self, scene: Scene) -> None:
        """Where a browser that opens the page stands: three metres before the person, a little above."""
        pelvis, ahead = scene.body.joints[0, 0], scene.axes("pelvis")[0, :, 2]  # a body at rest looks along its z
        camera = self.server.initial_camera
        camera.up, camera.look_at = tuple(scene.up), tuple(pelvis)
        camera.position = tuple(pelvis + 2.6 * ahead + 0.6 * scene.up)

    def _put(self, scene: Scene, answers: Sequence[ShownAnswer]) -> None:
        self.drawn = ServedScene(self.server, scene, answers, sorted(self._shown), self._silenced)
        self._errors.put(scene, answers)
        self._early.put(answers)
        if self._looks is not None:
            self.drawn.look(self._looks.value)
        self._time.max = len(scene.frames) - 1
        # it opens where touch begins: before that the hand is on its way
        first = scene.contact[0] if scene.contact else 0
        self._time.value = int(np.searchsorted(scene.frames, first))
        self._say()
        self.drawn.show(self._time.value)

    def _panel(self, answers: Sequence[ShownAnswer]) -> None:
        gui = self.server.gui
        self._names = gui.add_dropdown("recording", list(self._files))
        self._names.on_update(lambda _: self.open(self._names.value))
        browse = gui.add_button_group("browse", ("previous", "next"))
        browse.on_click(lambda _: self.step(1 if browse.value == "next" else -1))
        with gui.add_folder("filters", expand_by_default=len(self._files) > 1):
            values = {name: {getattr(file.name, part) for file in self._files.values()} for name, part in _OF.items()}
            # people by the length of their names first: s2 before s10
            self._filters = {
                name: gui.add_dropdown(
                    name, [ANY, *sorted(each, key=lambda word: (len(word), word) if name == "person" else (0, word))]
                )
                for name, each in values.items()
            }
            if self._cells and self._judges:
                self._filters["answer"] = gui.add_dropdown("answer", [ANY, "right", "wrong"])
            for each in self._filters.values():
                each.on_update(lambda _: self.narrow())
        with gui.add_folder("time"):
            self._time = gui.add_slider("frame", 0, 1, 1, 0)
            self._time.on_update(lambda _: self._moved())
            self._play = gui.add_checkbox("play", False)
            self._speed = gui.add_dropdown("speed", list(_SPEEDS), initial_value="as recorded")
        with gui.add_folder("layers"):
            for name in SCENE_LAYERS:
                self._switch(name)
        looks = [f"{each.name}: {sense}" for each in self._silenced for sense in ("joints", "touch")]
        looks += [gated.choice for each in answers for gated in each.gates]  # of all recordings the same
        self._looks = self.server.gui.add_dropdown("what it looks at", [NOT_SHOWN, *looks]) if looks else None
        if self._looks is not None:
            self._looks.on_update(lambda _: self._looked())
        self._told = gui.add_markdown("")
        self._errors = ServedErrors(gui)
        self._early = ServedEarly(gui)

    def _switch(self, name: str) -> None:
        box = self.server.gui.add_checkbox(name, name in self._shown)

        def changed(_: Any) -> None:
            self._shown = self._shown | {name} if box.value else self._shown - {name}
            self.drawn.layer(name, box.value)

        box.on_update(changed)

    def _moved(self) -> None:
        with self._lock:
            # the slider may still stand where a longer recording was
            frame = min(int(self._time.value), len(self.drawn.scene.frames) - 1)
            if not self._play.value:
                self._clock = float(self.drawn.scene.frames[frame])
            self.drawn.show(frame)
            self._say()

    def _looked(self) -> None:
        with self._lock:
            assert self._looks is not None
            self.drawn.look(self._looks.value)
            self._moved()

    def _say(self) -> None:
        scene, frame = self.drawn.scene, int(self._time.value)
        frame = min(frame, len(scene.frames) - 1)
        now = int(scene.frames[frame])
        lines = [
            f"**{scene.id}**: {scene.thing.name}, {scene.motion} ({scene.action})",
            f"frame {now} of {scene.n_frames}, {now / scene.framerate:.2f} s"
            + (f"; touched in {scene.contact[0]} to {scene.contact[1]}" if scene.contact else "; never touched"),
        ]
        for answer in self.drawn.answers:
            lines.append(f"**{answer.name}**: {answer.score}")
            likely = list(answer.chances.items())[:3]
            lines += [
                f"{label} {chance:.0%}" + (" (true)" if label == answer.truth else "") for label, chance in likely
            ]
            if k := int(np.searchsorted(answer.at, frame, side="right")):
                lines += [f"{name}: {values[k - 1]:.1f}" for name, values in answer.errors.items()]
        self._errors.show(frame)
        lines += self._early.show(frame)
        lines += [self.drawn.looks_told] if self.drawn.looks_told else []
        self._told.content = "\n\n".join(lines)

    @property
    def _judges(self) -> bool:
        """Whether the first cell is asked for a class."""
        with suppress(InputError):
            return bool(self._cells[0].right is not None)
        return False

    def _is_answered(self, name: str) -> bool:
        wanted = self._filters["answer"].value if "answer" in self._filters else ANY
        return wanted == ANY or (name in self._cells[0].right) == (wanted == "right")


def _fits(file: RecordingFile, wanted: dict[str, str]) -> bool:
    return all(value in (ANY, getattr(file.name, part)) for part, value in wanted.items())
