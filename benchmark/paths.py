"""Paths of the pipeline's files, from the root of the repository, where every command runs."""

from pathlib import Path

STANDIN, GRAPHS, RUNS = Path("data/standin"), Path("data/graphs"), Path("runs")
CODE, PICTURES, ABLATION = Path("data/code"), Path("data/pictures"), Path("data/ablation")
TABLES, TUNING, STUDIES = Path("data/tables"), Path("data/tuning"), Path("data/studies")
LEARNING, CONTRIBUTIONS = Path("data/learning"), Path("data/contributions")
RESULTS, LEADERBOARD, README = Path("results"), Path("leaderboard"), Path("README.md")
DVC_LOCK = Path("dvc.lock")
SUBMISSIONS, BOARDS = Path("submissions"), Path("boards")
OUTSIDERS = Path("baselines/outside")  # a folder for each entrant from outside: copies of its source
