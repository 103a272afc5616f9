"""The whole site: what stands on its pages, in any order of lessons, offline."""

import re
import shutil
from html.parser import HTMLParser

from conftest import AWKWARD, LESSON, ROOT, lessons_of, site, tiny_site

from sphinxext.run import check_script


def test_every_lesson_has_a_page_and_its_output_stands_on_it(edition):
    for lesson in lessons_of(ROOT):
        page = edition / "lessons" / lesson.parent.name / f"{lesson.stem}.html"
        text = page.read_text("utf-8")
        outputs = len(re.findall(r'<div class="[^"]*sphx-glr-script-out', text))
        promising = [cell for cell, _, _ in check_script(lesson) if cell.promises]

        assert len(promising) == outputs > 0
        assert "# &gt;" not in text
        assert "# graph:" not in text
        assert "# answer" not in text


def test_every_lesson_ends_with_closed_answers(edition):
    for lesson in lessons_of(ROOT):
        page = edition / "lessons" / lesson.parent.name / f"{lesson.stem}.html"
        text = page.read_text("utf-8")
        _, _, questions = text.partition('id="questions"')
        answers = re.findall(r'<details class="answer[^"]*">', questions)

        assert 2 <= len(answers) <= 3, lesson
        assert len(answers) == lesson.read_text("utf-8").count("\n# answer\n")
        assert questions.index("<strong>1.</strong>") < questions.index("<details")


def test_formulas_are_mathml(edition):
    pages = "".join(p.read_text("utf-8") for p in edition.glob("lessons/*/plot_*.html"))

    assert pages.count("<math") > 15
    assert "mathjax" not in pages.lower()


class Outside(HTMLParser):
    """Collects what a page loads from another host."""

    def __init__(self):
        super().__init__()
        self.loads = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        loaded = {"script": "src", "img": "src", "link": "href", "iframe": "src"}
        address = values.get(loaded.get(tag, ""), "") or ""
        if tag == "link" and values.get("rel") in {"canonical", "alternate"}:
            return
        if address.startswith(("http:", "https:", "//")):
            self.loads.append((tag, address))


def test_no_page_loads_anything_from_another_host(built):
    pages = list(built.rglob("*.html"))

    assert len(pages) > 20
    for page in pages:
        parser = Outside()
        parser.feed(page.read_text("utf-8"))
        assert [] == parser.loads, page


def test_no_page_names_the_machine(built):
    for page in [*built.rglob("*.html"), *built.rglob("*.ipynb"), *built.rglob("*.js")]:
        text = page.read_text("utf-8")
        assert str(ROOT) not in text
        assert AWKWARD not in text


LEAKS = """\
import os
import warnings

import numpy

torch.set_grad_enabled(False)
torch.set_default_dtype(torch.float64)
torch.set_printoptions(precision=1, sci_mode=True)
torch.manual_seed(5)
torch.autograd.set_detect_anomaly(True)
torch.use_deterministic_algorithms(True)
torch.set_num_threads(2)
numpy.set_printoptions(precision=1)
warnings.simplefilter("ignore")
os.environ["LEAKED"] = "yes"
os.chdir("/")
handle = torch.nn.modules.module.register_module_forward_hook(print)
"""


def outputs(lessons):
    """Run ``lessons`` in this order; return what each cell printed."""
    return {path.name: [text for _, text, _ in check_script(path)] for path in lessons}


def test_no_lesson_sees_what_ran_before_it(tmp_path):
    lessons = lessons_of(ROOT)
    dirty = tmp_path / "plot_dirty.py"
    dirty.write_text(LESSON + "\n# %%\n# T.\n\n" + LEAKS, "utf-8")

    alone = outputs(lessons)
    backwards = outputs(reversed(lessons))
    after_dirt = {}
    for path in lessons:
        assert [] == [str(f) for _, _, f in check_script(dirty) if f]
        after_dirt |= outputs([path])

    assert alone == backwards == after_dirt


def test_the_order_of_lessons_does_not_change_a_page(built, tmp_path):
    one = lessons_of(ROOT)[6]
    folder = tiny_site(tmp_path / AWKWARD, {})
    shutil.copy2(one, folder / "examples" / "1_part" / one.name)
    text = (folder / "examples/1_part" / one.name).read_text("utf-8")
    linkless = re.sub(r":doc:`[^`]*`", "``x``", text)
    (folder / "examples/1_part" / one.name).write_text(linkless, "utf-8")

    result = site(folder, "html")

    def cells(page):
        return re.findall(r"<pre>(.*?)</pre>", page.read_text("utf-8"), re.DOTALL)

    assert 0 == result.status, result.said
    alone = cells(folder / "_build/html/lessons/1_part" / f"{one.stem}.html")
    assert alone == cells(built / "lessons" / one.parent.name / f"{one.stem}.html")
    assert len(alone) > 10
