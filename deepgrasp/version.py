"""The version of the benchmark: scores under the same major.minor are comparable (docs/citing.md)."""

# also in pyproject.toml, CITATION.cff, CHANGELOG.md and docs/citing.md; a test holds them equal. No file that trains or
# scores may import this one: a new version would make every cell run again.
VERSION = "0.1.0"
