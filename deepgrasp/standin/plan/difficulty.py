"""How hard the stand-in is, all in one place: how much people differ, how noisy they are, how intents overlap."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difficulty:
    """Spreads of everything that varies; each makes the task harder in a way in which GRAB is hard too.

    Angles are in degrees, lengths in metres, times in frames at 120 Hz.
    """

    # Subjects: held-out people move unlike those seen in training.
    posture: float = 2.5  # a person's own stance, per trunk and shoulder angle
    grip_turn: float = 5.0  # a person's own way of laying the hand on things
    grip_shift: float = 0.004
    firmness: float = 0.0006  # how deep fingers press; flesh gives way by a millimetre or two
    finger_habit: float = 4.0  # a person's own finger posture, per flexion
    spare_habit: float = 0.08  # how often a person keeps fingers off, beside others
    swivel: float = 8.0  # how far out the elbow is held
    extent: float = 0.10  # log-scale of how large a person's movements are
    # Takes: no one repeats a movement exactly.
    take_turn: float = 4.0
    take_shift: float = 0.003
    take_finger: float = 2.0
    take_extent: float = 0.15
    wander: float = 0.035  # drift of every goal in space
    tilt: float = 9.0  # drift of every goal in orientation
    regrasp: float = 0.12  # how often the hand shifts its hold midway
    # Instruments and flesh: motion capture resolves about a millimetre, a degree at a finger joint.
    tremor: float = 0.0010
    joint_noise: float = 0.5
    finger_noise: float = 1.2
    touch_noise: float = 0.0005  # of the touch threshold, over the hand's surface and in time
    # Intents: what people do is not decided by what they are asked alone.
    careless: float = 0.12  # a thing that is held as one holds it for another purpose
    detour: float = 0.35  # a lift or a pass that includes a look at the object
    stray: float = 0.65  # a lift or a pass whose way might be either's
    half_hearted: float = 0.20  # a use that stops before it is complete
    two_handed: float = 0.22  # uses with the second hand on the object
    idle: float = 0.02  # movement of the arm that does nothing


DEFAULT = Difficulty()
