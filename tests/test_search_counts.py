"""What the search counts is kept for the next build, and never stale."""

from pathlib import Path

import pytest

from sphinxext import search_counts
from sphinxext.search_counts import Count, counts_of
from sphinxext.search_words import Words

TEXTS = ["zero_grad and 梯度", "a leaf, a leaf"]


@pytest.fixture
def counted(monkeypatch):
    """The texts whose terms were counted, in order."""
    texts = []
    whole = search_counts.count

    def note(text, words):
        texts.append(text)
        return whole(text, words)

    monkeypatch.setattr(search_counts, "count", note)
    return texts


def test_terms_are_counted_and_han_characters_left_out(tmp_path):
    found = counts_of(TEXTS, Words("en"), tmp_path)

    assert {"zero_grad": 1, "zero": 1, "grad": 1} == found[TEXTS[0]].terms
    assert Count(2, {"leaf": 2}) == found[TEXTS[1]]


def test_a_text_is_counted_once(tmp_path, counted):
    first = counts_of(TEXTS, Words("en"), tmp_path)
    assert set(TEXTS) == set(counted)
    counted.clear()

    again = counts_of([TEXTS[0], "new"], Words("en"), tmp_path)

    assert ["new"] == counted
    assert first[TEXTS[0]] == again[TEXTS[0]]
    assert {TEXTS[0], "new"} == again.keys()


def test_what_says_which_terms_a_text_has_counts_all_again(
    tmp_path, counted, monkeypatch
):
    counts_of(TEXTS, Words("en"), tmp_path)
    words = tmp_path / "search_words"
    words.mkdir()
    (words / "__init__.py").write_text("", "utf-8")
    monkeypatch.setattr(search_counts.search_words, "__file__", words / "__init__.py")
    for change in ("", "stop = 'leaf'\n"):
        (words / "en.toml").write_text(change, "utf-8")
        counted.clear()
        counts_of(TEXTS, Words("en"), tmp_path)
        assert set(TEXTS) == set(counted)


def test_what_other_code_has_kept_is_not_read(tmp_path):
    (tmp_path / search_counts.FILE).write_bytes(b"\0" * 32 + b"csphinxext\nGone\n.")

    assert set(TEXTS) == counts_of(TEXTS, Words("en"), tmp_path).keys()


def test_a_build_killed_while_it_writes_leaves_the_counts_whole(tmp_path, monkeypatch):
    whole = Path.write_bytes

    def killed(path: Path, content: bytes):
        whole(path, content[: len(content) // 2])
        raise KeyboardInterrupt

    before = counts_of(TEXTS, Words("en"), tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", killed)
        with pytest.raises(KeyboardInterrupt):
            counts_of(["other"], Words("en"), tmp_path)

    assert before == counts_of(TEXTS, Words("en"), tmp_path)
