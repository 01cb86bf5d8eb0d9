"""The report on all networks: one JSON of numbers, one page of tables, and pictures as PNG and PDF."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmark.pipeline.schema import to_json
from benchmark.representing.feature_likeness import FamilyLikeness, between
from benchmark.representing.gathered import Family, Gathered, gather_records
from benchmark.representing.networks import CONTROL, NetworkName
from benchmark.representing.one_network import rounded
from benchmark.representing.over_people import ByPerson, chance_of_none, difference, estimate, holm
from benchmark.tables import table
from deepgrasp.data_source import data_source
from deepgrasp.files import write_text
from deepgrasp.representations.layers import ENCODER_LAYERS, INPUT_LAYERS
from deepgrasp.representations.tuning_curves import TUNED
from deepgrasp.store.store import Store, open_store

_NUMBERS, _PAGE = "representations.json", "REPRESENTATIONS.md"


def write_report(out: Path, names: Sequence[NetworkName], graphs: Path, runs: Path) -> str:
    """Write tables, numbers and pictures of networks that were looked into, and give the page's text.

    Raises:
        InputError: the store cannot be opened, or a record is damaged.
    """
    # here: it imports matplotlib and chooses its backend, which who reads tables alone may not want
    from benchmark.representing.pictures_of_networks import draw_networks

    store = open_store(graphs)
    found = gather_records(out, names)
    modalities = list(dict.fromkeys(kind for family in found.families for kind in found.modalities(family)))
    pairs = {kind: between(out, names, found, kind) for kind in modalities}
    write_text(out / _NUMBERS, to_json(rounded(network_numbers(found, pairs, store))))
    text = networks_page(found, pairs, store)
    write_text(out / _PAGE, text)
    draw_networks(out, names, found, pairs, store, runs)
    return text


def network_numbers(found: Gathered, pairs: dict[str, FamilyLikeness], store: Store) -> dict[str, Any]:
    """Every mean with its interval over people, and what it was made from."""
    return {
        "data": {"name": data_source(store.manifest).name, "hash": store.hash},
        "origins": found.origins,
        "families": [list(family) for family in found.families],
        "layers": {"/".join(family): names for family, names in found.layers.items()},
        "chance": {fact: _told(values) for fact, values in found.chance.items()},
        "probes": [
            {"trained_on": family[0], "model": family[1], "layer": layer, "fact": fact} | _told(values)
            for (family, layer, fact), values in found.probes.items()
        ],
        "gains": gains(found),
        "tuned": [
            {"trained_on": family[0], "model": family[1], "layer": layer, "hand": side, "tuning": kind} | _told(values)
            for (family, layer, side, kind), values in found.tuning.items()
        ],
        "alike": [
            {"modality": kind, "one": list(one), "other": list(other), "measure": measure} | _told(values)
            for kind, each in pairs.items()
            for measure, of_pairs in each._asdict().items()
            for (one, other), values in of_pairs.items()
        ],
    }


def gains(found: Gathered) -> list[dict[str, Any]]:
    """What training adds to each probe of each encoder's features: trained minus untrained, of the same people.

    ``p`` is adjusted by Holm's method over all of these.
    """
    rows: list[dict[str, Any]] = []
    for (family, layer, fact), values in found.probes.items():
        # of the same entrant: entrants differ before any training
        control = found.probes.get(((CONTROL, family[1]), layer, fact))
        # of the features alone: each further layer would be one more claim to correct for
        if family[0] != CONTROL and control and layer.startswith(f"{ENCODER_LAYERS}.") and layer.count(".") == 1:
            gained = difference(values, control)
            row = {"trained_on": family[0], "model": family[1], "layer": layer, "fact": fact}
            rows.append(row | _told(gained) | {"p": chance_of_none(gained)})
    adjusted = holm([row["p"] for row in rows])
    return [row | {"p": p} for row, p in zip(rows, adjusted, strict=True)]


def networks_page(found: Gathered, pairs: dict[str, FamilyLikeness], store: Store) -> str:
    """The tables as Markdown."""
    source = data_source(store.manifest).name
    people = len({person for tested in found.tested.values() for person in tested})
    head = [
        "# What the networks hold",
        f"{source} `{store.hash[:12]}`; {len(found.origins)} networks; {people} people tested. Each number is a mean "
        "over people who took no part in its fit, in brackets its interval of 95 % over people, by blocks as on the "
        "board (`-`: one training alone has none). How it is found and what it can tell: docs/representations.md.",
    ]
    sections = [
        text
        for kind in pairs
        for text in (
            linear_probe_table(found, kind),
            likeness_table(found, pairs[kind], kind),
            tuning_table(found, kind),
        )
    ]
    return "\n\n".join([*head, *sections]) + "\n"


def linear_probe_table(found: Gathered, modality: str) -> str:
    """What a linear probe reads from the features of one encoder, and from its input."""
    facts = found.facts
    adjusted = {(row["trained_on"], row["model"], row["layer"], row["fact"]): row["p"] for row in gains(found)}
    rows: list[list[str]] = []
    if found.chance:
        rows.append(["chance", "", *(_shown(found.chance.get(fact, {}), fact in found.chance) for fact in facts)])
    seen: set[tuple[str, ...]] = set()
    for family in found.families:
        names = {f"{INPUT_LAYERS}.{modality}": "input", f"{ENCODER_LAYERS}.{modality}": "features"}
        for layer in (name for name in found.layers[family] if name in names):
            where = names[layer]
            cells = [_shown(found.probes.get((family, layer, fact), {}), fact in found.chance) for fact in facts]
            chances = [adjusted.get((*family, layer, fact)) for fact in facts]
            cells = [
                f"{cell} *" if p is not None and p < 0.05 else cell for cell, p in zip(cells, chances, strict=True)
            ]
            # what a model sees is the same whatever it was trained on
            if where == "input" and (family[1], *cells) in seen:
                continue
            seen.add((family[1], *cells))
            rows.append([f"{family[1]}, {where}", "-" if where == "input" else family[0], *cells])
    heads = ["layer", "trained on", *(f"{fact}, %" if fact in found.chance else f"{fact}, R2" for fact in facts)]
    return (
        f"## Linear probes: {modality}\n\nOf classes: accuracy, %; of numbers: R2. `*`: differs from the untrained "
        "network of the same entrant (paired t test over blocks, Holm-adjusted over all such pairs, p < 0.05).\n\n"
        + table(heads, rows)
    )


def likeness_table(found: Gathered, pairs: FamilyLikeness, modality: str) -> str:
    """How alike the features of one encoder are: with other trainings, other tasks, other entrants, no training."""
    rows = []
    for family in found.families:
        if family[0] == CONTROL or not found.of_encoder(family, modality):
            continue
        groups = {
            "other trainings": [(family, family)],
            "no training": [_key(family, (CONTROL, family[1]), pairs)],
            "other tasks": [
                _key(family, other, pairs)
                for other in found.families
                if other[1] == family[1] and other[0] not in (family[0], CONTROL)
            ],
            "other entrants": [
                _key(family, other, pairs)
                for other in found.families
                if other[0] == family[0] and other[1] != family[1]
            ],
        }
        cells = [_shown(_mean([of[key] for key in keys if key in of])) for keys in groups.values() for of in pairs]
        rows.append([*family, *cells])
    # both measures beside each other: CKA hangs on the largest directions, RSA on the order of distances alone
    heads = ["trained on", "model"]
    for group in ("other trainings", "no training", "other tasks", "other entrants"):
        heads += [f"{group}: CKA", "RSA"]
    return f"## Likeness of features: {modality}\n\nUnbiased linear CKA, and RSA (Spearman).\n\n" + table(heads, rows)


def tuning_table(found: Gathered, modality: str) -> str:
    """Shares of units that are tuned to each hand."""
    # the right hand before the left one, position before direction
    kinds = sorted({(side, kind) for _, _, side, kind in found.tuning}, reverse=True)
    rows = []
    for family in found.families:
        values = [found.tuning.get((family, f"{ENCODER_LAYERS}.{modality}", *kind), {}) for kind in kinds]
        if any(values):
            rows.append([*family, *(_shown(each, True) for each in values)])
    heads = ["trained on", "model", *(f"{side} hand: {kind}" for side, kind in kinds)]
    note = f"Share of the features' units, %, whose tuning explains more than {TUNED:g} of what they do for new people."
    return f"## Tuning of units: {modality}\n\n{note}\n\n" + table(heads, rows)


def _told(values: ByPerson) -> dict[str, Any]:
    found = estimate(values)
    # of nothing the same keys, so that all entries have one form
    return found._asdict() if found else {"mean": None, "low": None, "high": None, "people": 0}


def _shown(values: ByPerson, percent: bool = False) -> str:
    found = estimate(values)
    if found is None:
        return "-"
    # as many digits as on the board, and no more than the intervals are worth
    scale, digits = (100, 1) if percent else (1, 2)
    mean = f"{scale * found.mean:.{digits}f}"
    if found.low is None or found.high is None:
        return f"{mean} (-)"
    return f"{mean} ({scale * found.low:.{digits}f}, {scale * found.high:.{digits}f})"


def _key(one: Family, other: Family, pairs: FamilyLikeness) -> tuple[Family, Family]:
    return (one, other) if (one, other) in pairs.cka else (other, one)  # each pair was compared once


def _mean(each: Sequence[ByPerson]) -> ByPerson:
    """Of each person, the mean over several pairs."""
    # of whom every pair has a number: otherwise means of two people would be over other pairs
    keys = set.intersection(*(set(values) for values in each)) if each else set()
    return {key: sum(values[key] for values in each) / len(each) for key in sorted(keys)}
