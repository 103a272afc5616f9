"""The shape that every lesson page has, and where names in its code lead."""

import re
import sys
from zlib import crc32

import torch
from bs4 import BeautifulSoup
from conftest import AWKWARD, LESSON, ROOT, lessons_of, pages_of, run, tiny_site

from sphinxext.torch_names import link_block, meanings, pages


def lesson_pages(built):
    """Return each lesson's page, parsed, in teaching order."""
    folder = built / "lessons"
    paths = [
        folder / path.parent.name / f"{path.stem}.html" for path in lessons_of(ROOT)
    ]
    return [BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in paths]


GOALS = {
    "en": ["You need:", "You will be able to say:"],
    "zh_CN": ["需要先知道：", "学完你能说出："],
}


def test_every_lesson_says_its_place_its_goals_and_its_length(edition, language, word):
    shown = lesson_pages(edition)
    minutes = []

    for number, page in enumerate(shown, 1):
        title = page.select_one("article h1")
        place, claim, goals = title.find_next_siblings()[:3]
        assert place["class"] == ["lesson-place"]
        of_all = word("lesson {0} of {1}").format(number, len(shown))
        assert place.text.split(" · ")[1] == of_all
        assert place.a.text == page.select(".sidebar-tree .current > a")[1].text
        (length,) = re.findall(r"\d+", place.text.split(" · ")[2])
        minutes.append(int(length))
        assert claim.name == "p"
        assert [b.text for b in goals.select("strong")] == GOALS[language]

    assert 2 < min(minutes) and max(minutes) < 25


def test_every_lesson_ends_with_downloads_a_mistake_link_and_its_neighbours(edition):
    shown = lesson_pages(edition)

    for number, page in enumerate(shown, 1):
        footer = page.select_one(".sphx-glr-footer")
        links = [a["href"] for a in footer.select("a")]
        endings = [link.rpartition(".")[2] for link in links[:3]]
        assert endings == ["ipynb", "py", "zip"]
        assert "/issues/new?title=lessons%2F" in links[3]
        assert page.select_one("footer .prev-page")
        assert number == len(shown) or page.select_one("footer .next-page")


def test_headings_cells_and_outputs_have_anchors(edition):
    for page in lesson_pages(edition):
        ids = [tag["id"] for tag in page.select("[id]")]
        cells = page.select("article div.highlight-Python")
        outputs = page.select("article div.sphx-glr-script-out")

        assert len(ids) == len(set(ids))
        names = [f"cell-{number}" for number in range(1, len(cells) + 1)]
        assert names == [cell["id"] for cell in cells]
        assert all(re.fullmatch(r"cell-\d+-output", output["id"]) for output in outputs)
        assert all(h.find_parent("section")["id"] for h in page.select("article h2"))


def build_as_serve_does(folder):
    """Build what changed, as a saved file does; ``make html`` forgets more."""
    out = folder / "_build" / "serve"
    words = (
        "-m",
        "sphinx",
        "-q",
        "-n",
        "-c",
        str(folder),
        str(folder / "docs"),
        str(out),
    )
    result = run(folder, sys.executable, *words)
    assert 0 == result.status, result.said
    return out


def test_a_new_lesson_moves_the_place_of_those_that_are_not_read_again(tmp_path):
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON, "c": LESSON})
    last = build_as_serve_does(folder) / "lessons/1_part/plot_c.html"
    assert "lesson 2 of 2" in last.read_text("utf-8")

    (folder / "examples/1_part/plot_b.py").write_text(LESSON, "utf-8")
    build_as_serve_does(folder)

    assert "lesson 3 of 3" in last.read_text("utf-8")


def test_every_name_that_links_exists_in_torch():
    for name in pages():
        found = torch
        for word in name.split(".")[1:]:
            found = getattr(found, word)

    assert len(pages()) > 200
    assert [*pages()] == sorted(pages())


def test_names_in_every_lesson_lead_to_pages_of_torch(edition):
    base = "https://docs.pytorch.org/docs/stable/"
    known = {base + page for page in pages().values()}

    for page in lesson_pages(edition):
        links = {a["href"] for a in page.select("article pre a.api")}
        assert links and links <= known
        assert base + "generated/torch.tensor.html" in links


def span(kind, text):
    return f'<span class="{kind}">{text}</span>'


def chain(*parts):
    return span("o", ".").join(span("n", part) for part in parts)


def test_a_name_is_linked_by_what_it_stands_for():
    known = meanings(
        "import textwrap\nimport torch\nfrom torch import nn\n"
        "optimizer = torch.optim.SGD([w], lr=1)\nlayer = nn.Linear(1, 1)\n"
    )

    def linked(html):
        return re.findall(r'href="([^"]*)">(.*?)</a>', link_block(html, known, ""))

    def address(*parts):
        return [page for page, _ in linked(chain(*parts))]

    grad = ("torch", "autograd", "grad")
    assert ["generated/torch.autograd.grad.html"] == address(*grad)
    assert ["generated/torch.nn.Linear.html"] == address("nn", "Linear")
    assert ["generated/torch.optim.Optimizer.step.html"] == address("optimizer", "step")
    assert ["generated/torch.nn.Module.html#torch.nn.Module.zero_grad"] == address(
        "layer", "zero_grad"
    )
    assert ["generated/torch.Tensor.grad.html"] == address("layer", "weight", "grad")
    assert ["generated/torch.autograd.graph.Node.name.html"] == address(
        "y", "grad_fn", "name"
    )
    assert [] == address("textwrap", "fill")
    assert [] == address("sum")
    value = span("p", ")") + span("o", ".") + span("n", "sum")
    assert [("generated/torch.Tensor.sum.html", span("n", "sum"))] == linked(value)
    assert 1 == len(linked(chain("w", "grad") + chain("x", "grad")))


def test_a_decorator_is_linked_as_a_call_is():
    known = meanings("import torch\n")
    code = span("nd", "@torch") + chain("", "no_grad").removeprefix(span("n", ""))

    linked = link_block(code, known, "https://d/")

    assert 'href="https://d/generated/torch.no_grad.html"' in linked
    assert linked.index("<a ") < linked.index("@torch")


def test_our_own_script_has_a_new_address_when_it_changes(edition):
    pages = pages_of(edition)
    script = (edition / "_static" / "page.js").read_bytes()
    named = {
        re.search(r'_static/page\.js(\?v=\w+)?"', page.read_text("utf-8"))[1]
        for page in pages
    }

    assert {f"?v={crc32(script):08x}"} == named


def test_downloads_have_short_names_in_the_words_of_the_interface(edition, word):
    names = [*map(word, ("Notebook (.ipynb)", "Script (.py)", "Both (.zip)"))]

    for page in lesson_pages(edition):
        assert names == [a.text for a in page.select(".sphx-glr-footer a.download")]
