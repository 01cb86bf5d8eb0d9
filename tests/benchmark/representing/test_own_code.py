"""What is looked into again follows the code: an entrant's own file counts for it alone."""

import benchmark.representing.own_code as own
from benchmark.pipeline import code
from benchmark.representing.own_code import code_hash


def forget():
    code_hash.cache_clear()
    own._sources.cache_clear()


def test_every_entrant_has_a_hash_of_its_own_that_stays():
    hashes = {model: code_hash(model) for model in ("mlp", "best", "elsewhere")}
    assert len(set(hashes.values())) == 3
    forget()
    assert hashes == {model: code_hash(model) for model in hashes}


def test_a_change_of_code_counts_and_one_of_words_does_not(monkeypatch):
    known = code.followed
    before = code_hash("mlp")

    def changed(add, where="def gates_of"):
        forget()
        monkeypatch.setattr(
            code, "followed", lambda text, *more, **how: known(text + add if where in text else text, *more, **how)
        )
        return code_hash("mlp")

    assert changed("\n# a word\n") == before
    assert changed("\nMORE = 1\n") != before
    # a task: no statement imports its file, the room finds it
    assert changed("\nMORE = 1\n", "class PoseTarget") != before
    forget()
