"""Which way is better, asked of the metrics themselves: right answers must rank before wrong ones."""

from deepgrasp.tasks import TASKS, metric


def flipped() -> list[str]:
    """Tasks and metrics by which a right answer does not rank before a wrong one."""
    found = []
    # a metric with a wrong direction would rank the board upside down, and no other check would notice
    for name, task in TASKS.items():
        example = task.example()
        good, bad = (task.score(answer, example.target) for answer in (example.right, example.wrong))
        for key in task.columns(good):
            gain = good[key] - bad[key] if metric(key).higher_is_better else bad[key] - good[key]
            # equal is wrong too: such a metric cannot tell right from wrong
            if gain <= 0:
                found.append(f"{name}: {key}")
    return found
