"""``params.yaml`` as typed, strict parameters: an unknown key, a wrong type or a bad range is one clear error."""

import importlib.util
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, create_model, field_validator

import baselines
from benchmark.data_params import PARAMS, DataParams, PathText, PositiveInt, Section, checked
from benchmark.input_fields import InputFields
from benchmark.paths import STANDIN
from deepgrasp import references
from deepgrasp.choices import HELD_OUT, STREAMS_KEY, TRAIN, SplitName, Stream
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.outside_entrants import check_name
from deepgrasp.store.folds import FOLD_PARTS, fold_count
from deepgrasp.tasks import ALL_TASKS, TASKS, answerable
from deepgrasp.yaml_file import read_yaml


def _plain(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    try:
        return check(value)
    except ValidationError:  # which would tell of each kind in turn
        raise ValueError("give a number, a word, true, false, null, or a list of numbers or of words") from None


Value = Annotated[bool | int | float | str | list[int] | list[float] | list[str] | None, WrapValidator(_plain)]
# hyper-parameters, and under `train` keys of the recipe, of which the budget has keys of its own
EntrantSection = dict[str, Value | dict[str, Value | dict[str, Value]]]
Weight = Annotated[float, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
# far beyond any training, so that no file can ask for more points than fit in memory
Length = Annotated[int, Field(gt=0, le=1_000_000)]
_POINTS = 16  # of a learning curve counted in steps: enough to see its shape, too few to cost much


class Inputs(InputFields, Section):
    """Section ``inputs``: what a network sees of a window."""

    @property
    def graphs(self) -> GraphChoice:
        """The choices of graphs: all inputs but ``frames``, which are chosen where the store is opened."""
        return GraphChoice(**self.model_dump(exclude={"frames"}))


if TYPE_CHECKING:  # the tasks are found at run time, when they become the choices and the fields
    TaskName = str
    TrainedOn = str
    LossWeights = Section
else:
    TaskName, TrainedOn = Literal[tuple(TASKS)], Literal[(*TASKS, ALL_TASKS)]
    LossWeights = create_model("LossWeights", __base__=Section, **dict.fromkeys(TASKS, (Weight, ...)))


class Budget(Section):
    """Section ``train.budget``: a training's length by kind of task; one on all tasks takes the larger number."""

    unit: Literal["steps", "epochs"]
    classes: Length
    regressions: Length

    @classmethod
    def of(cls, unit: Literal["steps", "epochs"], count: int) -> "Budget":
        """A budget of the same length for every task."""
        return cls(unit=unit, classes=count, regressions=count)

    def points(self, tasks: Iterable[str], batches: int) -> list[int]:
        """After how many steps a training on these tasks is validated; the last number is its length; see `rhythm`."""
        steps, every = self.rhythm(tasks, batches)
        return [*range(every, steps, every), steps]

    def rhythm(self, tasks: Iterable[str], batches: int) -> tuple[int, int]:
        """How many steps a training on these tasks has, and after how many each it is validated.

        Args:
            batches: of one pass over the training part.
        """
        # counted in steps, more recordings cost no more training
        asked = max(self.regressions if TASKS[task].classifies is None else self.classes for task in tasks)
        # counted in epochs, there is a point after each, as published
        return (asked, -(-asked // _POINTS)) if self.unit == "steps" else (asked * batches, batches)


class Recipe(Section):
    """Section ``train``: how networks are trained; an entrant's own section may depart from it."""

    recordings: PositiveInt | None
    budget: Budget
    keep: Literal["last", "best"]
    batch: Annotated[int, Field(ge=2)]  # batch normalisation needs two
    learning_rate: Annotated[float, Field(gt=0)]
    optimiser: Literal["adamw", "adam"]
    weight_decay: Annotated[float, Field(ge=0)]
    schedule: Literal["cosine", "plateau"]
    warmup: Fraction
    patience: PositiveInt | None
    label_smoothing: Fraction
    weighting: Literal["given", "learned"]
    loss_weights: LossWeights
    gradient_clip: Annotated[float, Field(gt=0)] | None
    precision: Literal["no", "bf16", "fp16"]
    compile: bool
    device: Literal["cpu", "auto"]
    threads: Annotated[int, Field(gt=0, le=1024)]  # with 100,000 torch ends in a segmentation fault
    resident: Annotated[float, Field(ge=0, le=1)]
    trackers: list[Literal["tensorboard", "wandb", "mlflow", "trackio"]]

    @field_validator("precision", mode="before")
    @classmethod
    def _a_word(cls, value: Any) -> Any:
        # DVC writes the word without quotes, and readers of YAML 1.1 (PyYAML) take a bare no for False
        return "no" if value is False else value


def check_trackers(names: Iterable[str], where: str = "train.trackers") -> None:
    """Check that the trackers' packages are installed: Accelerate would say nothing and log nothing.

    Args:
        where: the key that names them.

    Raises:
        InputError: one is not.
    """
    for name in names:
        if importlib.util.find_spec(name) is None:
            raise InputError(f"{where}, {name}", "is not installed", f"`pip install {name}`, or leave it out")


def reference_recipe(recipe: Recipe) -> dict[str, Any]:
    """What a reference row keeps of the recipe: on how many recordings it was fitted, where these are not all."""
    return {} if recipe.recordings is None else {"recordings": recipe.recordings}


class Grid(Section):
    """Section ``grid``: the cells of the board, tasks x models x replicates, and its reference rows."""

    tasks: Annotated[list[TrainedOn], Field(min_length=1)]
    models: Annotated[list[str], Field(min_length=1)]
    references: Annotated[list[str], Field(min_length=1)]
    # how many folds there are is known when the data are: see `_check_standin`
    replicates: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]

    @field_validator("tasks", "models", "references", "replicates")
    @classmethod
    def _distinct(cls, values: list[Any]) -> list[Any]:
        # a doubled name is a slip of the keyboard, and its cells would count twice
        if len(set(values)) < len(values):
            raise ValueError("names something twice")
        return values


class Params(DataParams):
    """All parameters. Sizes of inputs are never here: they come from the data."""

    split: SplitName
    inputs: Inputs
    train: Recipe
    entrants: dict[str, PathText]
    models: dict[str, EntrantSection]
    grid: Grid

    def recipe(self, model: str) -> Recipe:
        """The recipe of all entrants, but for what the entrant's own section says under ``train``.

        Raises:
            InputError: the entrant has no section.
        """
        # validated again: an entrant's own key is checked as strictly as one of all
        return Recipe.model_validate(self.train.model_dump() | self.own_recipe(model))

    def hyperparameters(self, model: str) -> dict[str, Value]:
        """What the entrant chose: the streams that it sees, and the keyword arguments of its class."""
        chosen = {key: value for key, value in self.section(model).items() if not isinstance(value, dict)}
        return {STREAMS_KEY: ["joint"]} | chosen

    def streams(self, model: str) -> tuple[Stream, ...]:
        """The streams of the inputs that the entrant sees, ``joint`` if its section names none.

        Raises:
            InputError: none, an unknown one, or one twice.
        """
        return _checked_streams(self.hyperparameters(model)[STREAMS_KEY], f"params.yaml, models.{model}.{STREAMS_KEY}")

    def own_recipe(self, model: str) -> dict[str, Value | dict[str, Value]]:
        """What the entrant's own section says under ``train``."""
        found = self.section(model).get(TRAIN, {})
        return found if isinstance(found, dict) else {TRAIN: found}

    def section(self, model: str) -> EntrantSection:
        """The entrant's section.

        Raises:
            InputError: it has none.
        """
        if model not in self.models:
            remedy = did_you_mean(model, self.models, f"add 'models.{model}: {{}}' to params.yaml")
            raise InputError("params.yaml, models", f"has no section '{model}'", remedy)
        return self.models[model]


def load_params(path: Path = PARAMS) -> Params:
    """Read and check the parameters.

    Raises:
        InputError: the file is missing, is no YAML, or a key is unknown, mistyped, missing or out of range.
    """
    params = checked(Params, read_yaml(path), path)
    for name in params.grid.tasks:
        # told before hours of training, not by the cell that cannot be made
        if name in TASKS and name not in answerable(params.split):
            problem = f"'{name}' cannot be tested on the split by {params.split}"
            others = ",".join(task for task in params.grid.tasks if task != name)
            raise InputError(f"{path}, grid.tasks", problem, f"leave it out, with -S 'grid.tasks=[{others}]'")
    for name in params.entrants:
        # a row is its name: two of one name would be one row, and whose it is nobody would know
        check_name(name, {*baselines.names(), *references.names()}, f"{path}, entrants")
    known = [*baselines.names(), *params.entrants]
    for name in params.grid.models:
        if name not in known:
            remedy = did_you_mean(name, known, "add the file")
            raise InputError(f"{path}, grid.models", f"'{name}' has no file baselines/{name}.py", remedy)
        if name not in params.models:
            raise InputError(f"{path}, grid.models", f"'{name}' has no section", f"add 'models.{name}: {{}}'")
    for name in params.grid.references:
        if name not in references.names():
            remedy = did_you_mean(name, references.names(), "add the file")
            raise InputError(f"{path}, grid.references", f"'{name}' has no file", remedy)
    for name, section in params.models.items():
        _check_own(path, params, name, section)
    _check_frames(path, params)
    _check_standin(path, params)
    return params


def _check_frames(path: Path, params: Params) -> None:
    seen, stored = params.inputs.frames, params.prepare.frames
    if seen is not None and isinstance(stored, int) and seen > stored:
        remedy = f"give {stored} or fewer, or raise prepare.frames; null is all"
        raise InputError(f"{path}, inputs.frames", f"is {seen}, and prepare.frames stores {stored}", remedy)


def _check_standin(path: Path, params: Params) -> None:
    """Refuse a replicate beyond the folds of the stand-in, and more recordings than any of them trains on.

    What other data have is known once they are prepared, see :func:`benchmark.pipeline.possible.check_folds`.
    """
    if Path(params.data.root) != STANDIN:
        return
    names = [f"s{k + 1}" for k in range(params.synthetic.people)]
    everyone = set(names)
    for key, part in (("keep", params.prepare.keep), ("drop", params.prepare.drop)):
        for name in set(part.subjects) - everyone:
            remedy = did_you_mean(name, names, "raise synthetic.people")
            raise InputError(f"{path}, prepare.{key}.subjects", f"nobody is called '{name}'", remedy)
    chosen = set(params.prepare.keep.subjects) or everyone
    people = len((everyone & chosen) - set(params.prepare.drop.subjects))
    if people < len(FOLD_PARTS):
        if HELD_OUT[params.split] != "subject":
            return
        problem = f"leaves {people} to a split by {params.split}, whose folds have three parts"
        raise InputError(f"{path}, synthetic.people", problem, "give three people or more, or choose another split")
    folds, last = fold_count(params.split, people), max(params.grid.replicates)
    if last >= folds > 1:  # the one fold of a split by object is every replicate's
        problem = f"{last} is beyond the {folds} folds of a split by {params.split} of {people} people"
        more = ", or raise synthetic.people" if people == len(everyone) else ""
        raise InputError(f"{path}, grid.replicates", problem, f"give 0 to {folds - 1}{more}")
    if params.synthetic.scale != "default":
        return  # the others have recordings of their own number
    # two groups of people are held out: one is tested, one validates
    held_out = 2 * (people // folds) if HELD_OUT[params.split] == "subject" else 0
    most = (people - held_out) * params.synthetic.recordings
    for where, recipe in [(TRAIN, params.train), *((f"models.{m}.{TRAIN}", params.recipe(m)) for m in params.models)]:
        if recipe.recordings is not None and recipe.recordings > most:
            problem = f"is {recipe.recordings}, and a fold of {people} people trains on {most} at most"
            raise InputError(f"{path}, {where}.recordings", problem, "give as many or fewer; null is all")


def _check_own(path: Path, params: Params, name: str, section: Mapping[str, object]) -> None:
    """Refuse a nested section of an entrant, other than ``train``, where its recipe differs from that of all."""
    where = f"{path}, models.{name}"
    for key, value in section.items():
        if (key == TRAIN) != isinstance(value, dict):
            remedy = "give the keys of train that differ" if key == TRAIN else "only train may hold keys of its own"
            raise InputError(f"{where}.{key}", f"is {value!r}", remedy)
    _checked_streams(params.hyperparameters(name)[STREAMS_KEY], f"{where}.{STREAMS_KEY}")
    checked(Recipe, params.train.model_dump() | params.own_recipe(name), path, prefix=f"models.{name}.{TRAIN}.")


def _checked_streams(value: object, where: str) -> tuple[Stream, ...]:
    known = get_args(Stream)
    if not (isinstance(value, list) and value and set(value) <= set(known) and len(set(value)) == len(value)):
        raise InputError(where, f"is {value!r}", f"give a list of {', '.join(known)}: one or more, each once")
    return tuple(value)
