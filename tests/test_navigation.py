"""The sidebar's list, made once, is to the letter what furo makes for each page."""

import pytest
from furo.navigation import get_navigation_tree
from sphinx.application import Sphinx

from sphinxext import navigation

PAGES = {
    "index": "Home\n====\n\n.. toctree::\n   :caption: First <part>\n\n"
    "   one/index\n   Elsewhere <https://a.example/b.html>\n   last\n\n"
    ".. toctree::\n   :hidden:\n\n   two/index\n   self\n",
    "one/index": "One & all\n=========\n\n.. toctree::\n   :glob:\n\n"
    "   page_*\n   deep/index\n",
    "one/page_a": 'A "page"\n========\n\nPart\n----\n\nText.\n',
    "one/page_b": "``grad_fn`` > *all*\n===================\n\nText.\n",
    "one/deep/index": "Deep\n====\n\n.. toctree::\n\n"
    "   below\n   ../../last\n   ../page_a\n",
    "one/deep/below": "Below\n=====\n\nText.\n",
    "two/index": "Two\n===\n\n.. toctree::\n\n   page\n",
    "two/page": "A page\n======\n\nText.\n",
    "last": "Last\n====\n\nText.\n",
    "stray": ":orphan:\n\nStray\n=====\n\nText.\n",
}
CALLS = {
    "collapse": False,
    "titles_only": True,
    "maxdepth": -1,
    "includehidden": True,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What furo would have made and what stands there, page by page."""
    folder = tmp_path_factory.mktemp("navigation")
    for name, text in PAGES.items():
        (folder / f"{name}.rst").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.rst").write_text(text, "utf-8")
    (folder / "conf.py").touch()
    app = Sphinx(
        *(folder, folder, folder / "out", folder / "trees", "html"),
        confoverrides={"html_theme": "furo", "extensions": ["sphinxext.navigation"]},
        status=None,
        warning=None,
    )
    found = {}

    def before(app, page, template, context, doctree):
        found[page] = [get_navigation_tree(context["toctree"](**CALLS))]

    def after(app, page, template, context, doctree):
        found[page] += [context["furo_navigation_tree"], context["toctree"](**CALLS)]

    app.connect("html-page-context", before, priority=10)
    app.connect("html-page-context", after, priority=900)
    app.build(force_all=True)
    return found


@pytest.mark.parametrize("page", [*PAGES, "search", "genindex"])
def test_each_page_has_the_list_that_furo_makes(made, page):
    expected, shown, _ = made[page]

    assert expected == shown


def test_the_lists_are_not_all_the_same(made):
    assert len({shown for _, shown, _ in made.values()}) >= len(PAGES)
    assert "current-page" in made["one/deep/below"][1]
    assert "current-page" not in made["stray"][1]


def test_a_template_can_still_ask_for_the_list(made):
    expected, _, asked = made["one/page_a"]

    assert expected == get_navigation_tree(asked)


def test_the_list_is_made_once(monkeypatch, made, tmp_path):
    calls = []
    real = navigation.global_toctree_for_doc
    monkeypatch.setattr(
        navigation,
        "global_toctree_for_doc",
        lambda *given, **options: calls.append(given) or real(*given, **options),
    )
    (tmp_path / "conf.py").touch()
    (tmp_path / "index.rst").write_text("H\n=\n\n.. toctree::\n\n   a\n", "utf-8")
    (tmp_path / "a.rst").write_text("A\n=\n\nText.\n", "utf-8")
    app = Sphinx(
        *(tmp_path, tmp_path, tmp_path / "out", tmp_path / "trees", "html"),
        confoverrides={"html_theme": "furo", "extensions": ["sphinxext.navigation"]},
        status=None,
        warning=None,
    )
    app.build()

    assert 1 == len(calls)
    assert 'href="#">A</a>' in (tmp_path / "out" / "a.html").read_text("utf-8")


def test_another_builder_is_left_alone(tmp_path):
    (tmp_path / "conf.py").touch()
    (tmp_path / "index.rst").write_text("H\n=\n\nText.\n", "utf-8")
    app = Sphinx(
        *(tmp_path, tmp_path, tmp_path / "out", tmp_path / "trees", "dirhtml"),
        confoverrides={"html_theme": "furo", "extensions": ["sphinxext.navigation"]},
        status=None,
        warning=None,
    )
    app.build()

    assert 0 == app.statuscode
    assert (tmp_path / "out" / "index.html").exists()
