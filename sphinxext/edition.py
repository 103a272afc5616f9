"""The site in another language, made from what the build in its own has parsed.

``edition_of`` names the folder of that build's doctrees. Nothing is read, run or
recorded: each page is translated as it was parsed, then completed and written as in
any build. A page is made again where the original was, or its catalogue changed.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from docutils import nodes
from sphinx import locale
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment, _CurrentDocument
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import LoggingReporter
from sphinx.util.typing import ExtensionMetadata

from sphinxext.catalogue import WORDS, catalogue_of, load, words
from sphinxext.parsed import place
from sphinxext.translate import translate

logger = logging.getLogger(__name__)

ONCE = (
    *("sphinx_gallery", "sphinxext.gallery", "sphinxext.downloads"),
    *("sphinxext.own_graph", "sphinxext.proof"),
)
"""Modules that run what is shown, and prove it; the first build has done so."""


def is_edition(app: Sphinx) -> bool:
    """Tell whether this build makes the site in another language than its own."""
    return bool(app.config.edition_of)


def original(app: Sphinx) -> BuildEnvironment:
    """Return what the build in the site's own language knows."""
    path = Path(app.config.edition_of) / ENV_PICKLE_FILENAME
    return pickle.loads(path.read_bytes())


def locales(app: Sphinx) -> Path:
    """Return the folder of all catalogues."""
    (folder,) = app.config.locale_dirs
    return Path(app.srcdir, folder).resolve()


def speak(app: Sphinx) -> None:
    """Let site, theme and Sphinx use the words of the language."""
    spoken = words(locales(app), app.config.language, app.translator)
    locale.translators["general", "sphinx"] = spoken
    locale.translators["general", "interface"] = spoken
    app.builder.templates.environment.install_gettext_translations(spoken)


def leave_out(app: Sphinx, config: Config) -> None:
    """Let nothing listen that would run or prove anything again."""
    if config.edition_of:
        for listeners in app.events.listeners.values():
            for listener in list(listeners):
                if listener.handler.__module__.startswith(ONCE):
                    app.disconnect(listener.id)


def begin(app: Sphinx) -> None:
    """Take over before anything is read."""
    if is_edition(app):
        folder = locales(app) / app.config.language
        if not folder.is_dir():
            raise ExtensionError(
                f"{app.confdir / 'conf.py'}: site_languages names "
                f"{app.config.language}, and {folder} is not there. Make the folder "
                "and run make translations, or take the language out."
            )
        speak(app)
        app.builder.read = partial(read, app)


def digests(app: Sphinx, read_at: dict[str, int]) -> dict[str, str]:
    """Return what tells whether a page has to be made again.

    ``read_at`` has the time at which the original of each page was read.
    """
    folder, language = locales(app), app.config.language
    everywhere = hashlib.sha256()
    for name in WORDS:
        everywhere.update(content(catalogue_of(folder, language, name)))
    found = {}
    for name, time in read_at.items():
        told = everywhere.copy()
        told.update(f"{time} ".encode() + content(catalogue_of(folder, language, name)))
        found[name] = told.hexdigest()
    return found


def content(path: Path) -> bytes:
    """Return what ``path`` holds, nothing where there is no such file."""
    return path.read_bytes() if path.exists() else b""


def forget_labels(domain: StandardDomain, docnames: set[str]) -> None:
    """Let the pages name their parts anew."""
    for table in (domain.labels, domain.anonlabels):
        for name in [name for name, found in table.items() if found[0] in docnames]:
            del table[name]


def read(app: Sphinx) -> list[str]:
    """Stand in for ``Builder.read``: return the names of the pages to write."""
    env, known = app.env, original(app)
    app.project.restore(known.project)
    now = digests(app, known.all_docs)
    before: dict[str, str] = getattr(env, "edition_digests", {})
    removed = set(before) - set(now)
    changed = {name for name in now if now[name] != before.get(name)}
    env.edition_digests = now
    added = changed - set(before)
    app.events.emit("env-get-outdated", env, added, changed - added, removed)
    for name in [*removed, *changed]:
        app.events.emit("env-purge-doc", env, name)
        env.clear_doc(name)
    docnames = sorted(changed)
    app.events.emit("env-before-read-docs", env, docnames)
    env.merge_info_from(docnames, known, app)
    forget_labels(env.domains.standard_domain, changed)
    for name in docnames:
        env.domains.index_domain.clear_doc(name)
    for name in docnames:
        read_page(app, name)
    logger.info("translated: %d pages", len(docnames))
    return sorted({*docnames, *updated(app)})


def updated(app: Sphinx) -> Iterator[str]:
    """Yield the pages that other pages, or all of them together, make outdated."""
    for names in app.events.emit("env-updated", app.env):
        yield from names or ()


def read_page(app: Sphinx, docname: str) -> None:
    """Translate a page, and let every extension read it."""
    env = app.env
    env.prepare_settings(docname)
    # note_toctree adds to what the original has noted
    env.toctree_includes.pop(docname, None)
    doctree = pickle.loads(place(Path(app.config.edition_of), docname).read_bytes())
    doctree.settings.env = env
    doctree.reporter = LoggingReporter(str(env.doc2path(docname)))
    catalogue = load(catalogue_of(locales(app), app.config.language, docname))
    translate(doctree, catalogue, env)
    for message in list(doctree.findall(nodes.system_message)):
        message.parent.remove(message)  # what the first build does after this step
    for domain in env.domains.sorted():
        domain.process_doc(env, docname, doctree)
    app.events.emit("doctree-read", doctree)
    env.current_document = _CurrentDocument()
    env.ref_context.clear()
    app.builder.write_doctree(docname, doctree)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Begin before all that listens when the builder is there."""
    app.add_config_value("edition_of", "", "", str)
    app.connect("config-inited", leave_out, priority=999)
    app.setup_extension("sphinxext.index_words")
    app.connect("builder-inited", begin, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
