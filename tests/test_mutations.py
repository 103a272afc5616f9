"""No promise can be changed without being caught: all are tried, one at a time."""

import re

from conftest import ROOT, lessons_of

from sphinxext.compare import compare
from sphinxext.promise import cells_of
from sphinxext.run import check_script


def mutations_of(line: str) -> list[str | None]:
    """Return what the promise ``line`` is changed to; None takes the line away."""
    mark = line.index("# >") + len("# >")
    head, text = line[:mark], line[mark:]
    changed: list[str | None] = [None]
    digit = re.search(r"\d", text)
    if digit:
        other = str((int(digit[0]) + 1) % 10)
        changed.append(head + text[: digit.start()] + other + text[digit.end() :])
    word = re.search(r"[A-Za-z]{2,}", text)
    if word:
        changed.append(head + text[: word.start()] + "other" + text[word.end() :])
    if not text:
        changed.append(head + " text")
    return changed


def test_every_mutation_of_every_promise_is_caught(tmp_path, figures):
    tried = caught = promises = 0
    for lesson in lessons_of(ROOT):
        lines = lesson.read_text("utf-8").split("\n")
        runs = list(check_script(lesson))
        assert [] == [str(failure) for _, _, failure in runs if failure]
        printed = [text for _, text, _ in runs]
        copy = tmp_path / lesson.name
        for cell, _, _ in runs:
            for promise in cell.promises:
                promises += 1
                for mutation in mutations_of(lines[promise.lineno - 1]):
                    mutated = lines[:]
                    mutated[promise.lineno - 1 : promise.lineno] = (
                        [] if mutation is None else [mutation]
                    )
                    copy.write_text("\n".join(mutated), "utf-8")
                    outcome = [
                        compare(other, text)
                        for other, text in zip(cells_of(copy), printed, strict=True)
                    ]
                    tried += 1
                    caught += any(outcome)
    figures["mutated promises"] = f"{caught} of {tried} caught ({promises} promises)"

    assert promises > 300
    assert tried >= 2 * promises
    assert caught == tried
