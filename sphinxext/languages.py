"""The way from each page to the same page in the site's other languages."""

from __future__ import annotations

from html import escape
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


def to_root(app: Sphinx, context: dict[str, Any]) -> str:
    """Return the way from the page of ``context`` to the root of the whole site."""
    here = context["content_root"].removeprefix("./")
    depth = app.config.site_languages[app.config.language].count("/")
    return here + "../" * depth


def name_of(language: str) -> str:
    """Return how a language calls itself."""
    from babel import Locale  # not in every build

    return str(Locale.parse(language).get_language_name())


def switch(app: Sphinx, page: str, context: dict[str, Any]) -> str:
    """Return a link for each other language."""
    root, address = to_root(app, context), app.builder.get_target_uri(page)
    links = []
    for language, folder in app.config.site_languages.items():
        if language != app.config.language:
            code = language.replace("_", "-")
            links.append(
                f'<a class="language-switch" lang="{code}" hreflang="{code}" '
                f'href="{escape(root + folder + address)}">{name_of(language)}</a>'
            )
    return "".join(links)


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Give the page its links, where the other languages are built too."""
    if app.builder.name == "html" and app.config.editions:
        context["language_switch"] = switch(app, page, context)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the languages of the site, each with its folder; its own is first.

    ``make serve`` builds its own alone, and turns ``editions`` off.
    """
    app.add_config_value("site_languages", {"en": ""}, "html", dict)
    app.add_config_value("editions", True, "html", bool)
    app.connect("html-page-context", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
