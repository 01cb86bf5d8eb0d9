"""A data root made from GRAB's downloads: unpacked, checked, counted, and entered in the parameters."""

import io
from pathlib import Path

from benchmark.data.inventory import Inventory, take_stock
from benchmark.progress import Advance
from deepgrasp.body.model_files import load_body_model, model_path
from deepgrasp.errors import InputError, listed
from deepgrasp.files import linked_to, only_writer, write_text
from deepgrasp.grab.archive import unpack_all
from deepgrasp.grab.data_root import STANDIN_MARK, find_recordings
from deepgrasp.prepare.data_set import load_shared_data


def ingest(zips: Path, models: Path, root: Path, parameters: Path, progress: Advance | None = None) -> Inventory:
    """Unpack the archives into ``root``, check the tree, and point ``data.root`` and ``data.models`` at it.

    The models are read first, whole, because that is quick; they stay where they are.

    Raises:
        InputError: an archive is unsafe or damaged; a file that the recordings need is missing, damaged or another's.
            What was unpacked stays, so that the next call goes on from there; the parameters are set only when all
            is well.
    """
    if (root / STANDIN_MARK).is_file():
        problem = "holds the stand-in, with which GRAB would be mixed, and lost when the stand-in is made anew"
        raise InputError(root, problem, "choose another folder with --to")
    for gender in ("male", "female"):
        if model_path(models, gender).is_file():
            # whole, also what preparing does not read: a damaged download shows now, before the unpacking
            load_body_model(models, gender, posed=True)
    with only_writer(linked_to(root)):  # two at once would unpack into each other
        unpack_all(zips, root, progress)
    found = take_stock(root, models)
    # three names tell which archive to fetch; a list of hundreds would not
    if found.missing:
        remedy = "add its archive to the folder, or the model to --models, and ingest again"
        raise InputError(listed(found.missing), "missing", remedy)
    # read as preparing reads them: what is damaged shows now
    load_shared_data(root, models, find_recordings(root))
    set_parameters(parameters, root, models)  # last: only when all is well
    return found


def set_parameters(path: Path, root: Path, models: Path) -> None:
    """Change ``data.root`` and ``data.models`` in the parameter file; comments and order stay."""
    from ruamel.yaml import YAML

    # ruamel, because PyYAML would drop every comment of params.yaml
    yaml = YAML()
    # no line is wrapped that was not wrapped before
    yaml.preserve_quotes, yaml.width = True, 1000
    values = yaml.load(path.read_text(encoding="utf-8"))
    values["data"]["root"], values["data"]["models"] = str(root), str(models)
    text = io.StringIO()
    yaml.dump(values, text)
    write_text(path, text.getvalue())
