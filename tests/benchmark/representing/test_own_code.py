"""What is looked into again follows the code: an entrant's own file counts for it alone."""

import benchmark.representing.own_code as own
from benchmark.representing.own_code import code_hash


def test_every_entrant_has_a_hash_of_its_own_that_stays():
    hashes = {model: code_hash(model) for model in ("mlp", "best", "elsewhere")}
    assert len(set(hashes.values())) == 3
    code_hash.cache_clear()
    assert hashes == {model: code_hash(model) for model in hashes}


def test_a_change_of_code_counts_and_one_of_words_does_not(monkeypatch):
    known = own.followed
    before = code_hash("mlp")

    def changed(add):
        code_hash.cache_clear()
        monkeypatch.setattr(own, "followed", lambda text: known(text + add if "def gates_of" in text else text))
        return code_hash("mlp")

    assert changed("\n# a word\n") == before
    assert changed("\nMORE = 1\n") != before
    code_hash.cache_clear()
