"""Seeds derived from named axes, so that every entrant meets the same data order in the same replicate."""

import hashlib


def seed(**axes: str | int) -> int:
    """A 63-bit seed that depends on the names and values of the axes and on nothing else."""
    # sorted, so that the order of arguments is no part of the seed
    text = "/".join(f"{name}={value}" for name, value in sorted(axes.items()))
    # SHA-256, because hash() differs from process to process; 63 bits fit a signed 64-bit integer
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
