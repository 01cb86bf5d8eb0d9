"""``make hostile``: a thousand and more hostile inputs through every door, each with a minute and 2 GB at most.

Prints a line a door and every fault; exit status 1 if there is one. ``python -m tests.hostile 2000 1 recording`` runs
two thousand cases by seed 1 of one door.
"""

import multiprocessing
import sys
import time
from collections import Counter

from tests.hostile.doors import doors
from tests.hostile.worker import LARGEST, work

SECONDS = 60


def run(name: str, seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """Counts and faults of a door."""
    counts, faults, first = Counter[str](), list[str](), 0
    context = multiprocessing.get_context("spawn")
    while first < count:
        here, there = context.Pipe(duplex=False)
        worker = context.Process(target=work, args=(name, seed, first, count, there))
        worker.start()
        there.close()
        what, lives = "before the first", True
        while lives and first < count:
            try:
                told = here.recv() if here.poll(SECONDS) else (first, what, f"SLOW: more than {SECONDS} s", 0)
            except EOFError:
                told = (first, what, "DIED", 0)
            _, what, verdict, most = told
            if verdict is None:  # it has begun
                continue
            first += 1
            if most > LARGEST:
                verdict = f"LARGE: {most / 1e9:.1f} GB"
            counts[verdict.partition(":")[0]] += 1
            if verdict not in ("refused", "accepted"):
                faults.append(f"{name} {first - 1} ({what}): {verdict}")
            # after these a new process goes on with the next case
            lives = not verdict.startswith(("SLOW", "LARGE", "DIED"))
        worker.kill()
        worker.join()
    return counts, faults


def main() -> int:
    """Run all doors and print what they did."""
    count, seed = (int(text) for text in (sys.argv[1:3] + ["200", "0"][len(sys.argv[1:3]) :]))
    names = sys.argv[3:] or list(doors())
    every, total = list[str](), 0
    for name in names:
        start = time.monotonic()
        counts, faults = run(name, seed, count)
        total += sum(counts.values())
        every += faults
        shown = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
        print(f"{name}: {shown} ({time.monotonic() - start:.0f} s)", flush=True)
        print("".join(f"  {fault}\n" for fault in faults), end="", flush=True)
    print(f"{total} hostile inputs, {len(every)} faults")
    return 1 if every else 0


if __name__ == "__main__":
    sys.exit(main())
