"""Sphinx's settings for the site: ``make docs`` builds it into ``site/``, readable from the disk without a network."""

from typing import Any

from sphinx.application import Sphinx

from deepgrasp.version import VERSION

project = "DeepGrasp Bench"
author = "The DeepGrasp Bench maintainers"
project_copyright = "the DeepGrasp Bench maintainers, Apache-2.0"
version = release = VERSION

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

# The source is the whole repository, so that guides link to README, boards and code as they do on GitHub.
root_doc = "docs/site/index"
include_patterns = [
    "*.md",
    "docs/**.md",
    "docker/README.md",
    "submissions/README.md",
    "leaderboard/LEADERBOARD.md",
    "boards/*/LEADERBOARD.md",
    "boards/probes/PROBES.md",
]
# not walked through: data may be a hundred gigabytes
exclude_patterns = [".*", "data", "runs", "site", "tests", "results", "submissions/?*/**"]

# a link to a heading is GitHub's: words in lower case with dashes
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline", "colon_fence", "dollarmath"]

add_module_names = False
autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
napoleon_use_ivar = True
toc_object_entries_show_parents = "hide"

# A name in a docstring that leads nowhere is an error; others' documentation would need a network.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!deepgrasp\.).*")]

html_theme = "furo"
html_title = f"DeepGrasp Bench {VERSION}"
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # a browser fetches the pages for it, and refuses to from a disk
pygments_style = "friendly"
# whoever opens the folder finds the home page
html_additional_pages = {"index": "forward.html"}
templates_path = ["site/templates"]

AS_WRITTEN: dict[str, list[str]] = {}


def setup(app: Sphinx) -> None:
    """Show docstrings of constants and properties as they are: napoleon takes all before a colon for a type."""
    app.connect("autodoc-process-docstring", _keep, priority=400)
    app.connect("autodoc-process-docstring", _put_back, priority=600)  # napoleon's is 500


def _keep(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    if what in ("attribute", "data", "property") and "Raises:" not in lines:
        AS_WRITTEN[name] = list(lines)


def _put_back(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = AS_WRITTEN.pop(name, lines)
