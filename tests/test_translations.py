"""``make translations``: catalogues follow the pages, and what is left is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from conftest import ROOT, copy_project, site

from tools import interface, translations

LANGUAGE = Path("zh_CN", "LC_MESSAGES")


def test_the_catalogues_have_what_the_pages_say(tmp_path: Path) -> None:
    copy = copy_project(tmp_path)
    result = site(copy, "translations")
    assert result.status == 0, result.said
    assert "0 messages to translate" in result.said
    files = sorted(path.relative_to(ROOT) for path in (ROOT / "locale").rglob("*.po"))
    assert len(files) > 40
    assert files == sorted(
        path.relative_to(copy) for path in (copy / "locale").rglob("*.po")
    )
    behind = [
        str(name)
        for name in files
        if (ROOT / name).read_bytes() != (copy / name).read_bytes()
    ]
    assert not behind, f"run make translations: {behind}"


def template(path: Path, *messages: str) -> None:
    """Write a template with ``messages``."""
    catalogue = Catalog(project="Test")
    for message in messages:
        catalogue.add(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as opened:
        write_po(opened, catalogue, width=0)


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of catalogues with one that is complete."""
    folder = tmp_path / "locale"
    page = folder / LANGUAGE / "part" / "page.po"
    template(page, "Run `backward()` once.", "A gradient is a sum.")
    with page.open("rb") as opened:
        catalogue = read_po(opened, locale="zh_CN")
    for entry in catalogue:
        if entry.id:
            entry.string = f"译：{entry.id}"
    with page.open("wb") as opened:
        write_po(opened, catalogue, width=0)
    monkeypatch.setattr(translations, "LOCALES", folder)
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    return folder


def waiting(folder: Path, templates: Path) -> list[str]:
    """Return what is left to translate after a refresh."""
    translations.refresh(templates)
    return [str(message) for message in translations.open_messages()]


def test_what_is_translated_stays(locales: Path, tmp_path: Path) -> None:
    page = locales / LANGUAGE / "part" / "page.po"
    before = page.read_bytes()
    messages = ("Run `backward()` once.", "A gradient is a sum.")
    template(tmp_path / "pot" / "part" / "page.pot", *messages)
    assert waiting(locales, tmp_path / "pot") == []
    assert page.read_bytes() == before


def test_a_new_a_changed_and_a_dropped_message(locales: Path, tmp_path: Path) -> None:
    messages = ("Run `backward()` only once.", "Something else altogether.")
    template(tmp_path / "pot" / "part" / "page.pot", *messages)
    changed, new = waiting(locales, tmp_path / "pot")
    page = f"locale/{LANGUAGE}/part/page.po"
    text = (tmp_path / page).read_text("utf-8")
    assert "A gradient is a sum." not in text
    for told, what, message in (
        (changed, "fuzzy", messages[0]),
        (new, "untranslated", messages[1]),
    ):
        line = text[: text.index(f'msgid "{message}"')].count("\n") + 1
        assert told == f"{page}:{line}: {what}: {message[:60]!r}"


def test_a_new_page_and_one_that_is_gone(locales: Path, tmp_path: Path) -> None:
    template(tmp_path / "pot" / "fresh.pot", "A first sentence.")
    (told,) = waiting(locales, tmp_path / "pot")
    assert told.startswith(f"locale/{LANGUAGE}/fresh.po:")
    assert not (locales / LANGUAGE / "part" / "page.po").exists()


def test_words_of_code_templates_and_pictures_are_found(tmp_path: Path) -> None:
    interface.write(tmp_path)
    with (tmp_path / "interface.pot").open("rb") as opened:
        words = {str(entry.id) for entry in read_po(opened) if entry.id}
    assert {
        "Show the answer",  # in code
        "On this page",  # in an f-string
        "What will it print?",  # on a button
        "Toggle site navigation sidebar",  # noted, and translated elsewhere
        "Search this site",  # in a template
        "{name} is a leaf and holds {value}.",  # in a picture's text
    } <= words
    with (tmp_path / "theme.pot").open("rb") as opened:
        theme = {str(entry.id) for entry in read_po(opened) if entry.id}
    assert {"Skip to content", "Back to top"} <= theme
    assert not theme & words
