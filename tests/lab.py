"""A lab's own capture, made by hand: six people, nine objects, three intents, 60 frames a second, right hands alone."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.conftest import HANDS, save_sequence, sequence_members, write_tools

PEOPLE = {"anna": "female", "ben": "male", "carla": "female", "dan": "male", "eve": "female", "finn": "male"}
OBJECTS = ("bottle", "bowl", "brush", "can", "jar", "key", "pen", "salt_cellar", "spoon")
WORDS = ("pour", "hand_over", "move")  # of names; to pour is to operate
RATE = 60

CATALOGUE = """\
name: Hand Lab
licence: CC-BY-4.0
cite: Doe et al. (2027), Hands at Work.
framerate: 60
people: {anna: female, ben: male, carla: female, dan: male, eve: female, finn: male}
objects:
  bottle: {family: vessel, symmetries: {axis: [0, 0, 1]}}
  bowl: {family: vessel}
  brush: {symmetries: none}
  can: {symmetries: sphere}
  jar: {symmetries: {axis: [0, 0, 2], turns: 4}}
  key:
  pen:
  salt_cellar:
  spoon:
intents: [operate, hand_over, move]
motions: {pour: operate}
names: "{person}-{object}-{motion}-{take}"
"""


def write_lab(root: Path, catalogue: str = CATALOGUE) -> Path:
    """A data root with a recording of each person and object, and its ``catalogue.yaml``."""
    write_tools(root, PEOPLE, OBJECTS)
    for number, (person, gender) in enumerate(PEOPLE.items()):
        for k, thing in enumerate(OBJECTS):
            word = WORDS[(number + k) % len(WORDS)]
            members = _recording(person, gender, thing, word, seed=100 * number + k)
            save_sequence(root / "grab" / person / f"{person}-{thing}-{word}-{k + 1}.npz", members)
    (root / "catalogue.yaml").write_text(catalogue)
    return root


def _recording(person: str, gender: str, thing: str, word: str, seed: int) -> dict[str, Any]:
    members = sequence_members("s1", "mug_lift", seed=seed, frames=24)
    left = np.ones(10475, bool)
    left[HANDS["rhand"]] = False
    members["contact"]["body"][:, left] = 0
    ours = {"gender": gender, "sbj_id": person, "obj_name": thing, "motion_intent": word, "framerate": float(RATE)}
    return members | ours
