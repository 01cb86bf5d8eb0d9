"""Fields of a recording in the manifest and arrays of a shard, each with its form and meaning: for data cards."""

STORED_FIELDS: dict[str, tuple[type, str]] = {
    "id": (str, "person and recording, as s1/mug_drink_1"),
    "subject": (str, "the person; folds hold out people"),
    "object": (str, "the object in the hand, the target of the task object"),
    "action": (str, "the intent, the target of the task action"),
    "frames": (int, "frames of the stored window"),
    "n_frames": (int, "frames of the whole recording, 120 a second in GRAB"),
    "shard": (str, "the safetensors file that holds it, without its ending"),
    "row": (int, "its row in that file"),
}
"""Fields of a sequence in the manifest: type and meaning."""
ARRAYS = {
    "pose": ("[frames, joints, 3]", "axis-angle of each arm and hand joint, radians"),
    "bones": ("[sequences, nodes]", "length of the bone of each node, metres"),
    "touch": ("[frames, 2, 98]", "right and left hand: contact of the 778 vertices, a bit each, as numpy.packbits"),
    "body": ("[frames, joints, 3]", "target of the task body: joints from the neck, metres"),
    "object_rotation": ("[frames, 3, 3]", "target of the task pose: rotation of the object's points"),
    "object_translation": ("[frames, 3]", "target of the task pose: place of the object from the neck, metres"),
    "lean": ("[frames, 3, 3]", "the trunk in the pelvis's axes"),
    "frame": ("[frames]", "number of the frame in its recording"),
    "object": ("[sequences]", "class of the object, by its place in the manifest's objects"),
    "action": ("[sequences]", "class of the intent, by its place in the manifest's actions"),
    "mesh": ("[sequences]", "row of the object in the file of meshes"),
}
"""Arrays of a shard: shape and meaning; frames and sequences are those of the shard, one after the other."""
