"""Settings of the site: values only. What they do lives in sphinxext/."""

import doctest
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

# https://www.sphinx-doc.org/en/master/usage/configuration.html#project-information
project = "Autograd Field Guide"
author = "The Autograd Field Guide authors"
project_copyright = "2026, the Autograd Field Guide authors"
version = "0.1.0"
language = "en"
issues_url = "https://github.com/autograd-field-guide/autograd-field-guide/issues/new"
torch_documentation = "https://docs.pytorch.org/docs/stable/"

# https://www.sphinx-doc.org/en/master/usage/configuration.html#general-configuration
extensions = [
    "sphinxext.late",
    "sphinxext.edition",
    "sphinxext.languages",
    "sphinxext.parsed",
    "sphinxext.highlighted",
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "sphinxext.changes",
    "sphinxext.gallery",
    "sphinxext.downloads",
    "sphinxext.graphs",
    "sphinxext.own_graph",
    "sphinxext.proof",
    "sphinxext.disclosure",
    "sphinxext.lesson_page",
    "sphinxext.anchors",
    "sphinxext.lesson_index",
    "sphinxext.lesson_header",
    "sphinxext.lesson_footer",
    "sphinxext.predict",
    "sphinxext.furo_page",
    "sphinxext.navigation",
    "sphinxext.torch_names",
    "sphinxext.doctest_builder",
    "sphinxext.differences_builder",
    "sphinxext.mathml",
    "sphinxext.assets",
    "sphinxext.inline_styles",
    "sphinxext.policy",
    "sphinxext.everywhere",
    "sphinxext.sharing",
    "sphinxext.sitemap",
    "sphinxext.feed",
    "sphinxext.not_found",
    "sphinxext.signatures",
    "sphinxext.messages",
    "sphinxext.meaning",
    "sphinxext.versions",
    "sphinxext.checked_on",
    "sphinxext.chart_words",
    "sphinxext.versions_page",
    "sphinxext.search_documents",
    "sphinxext.search_page",
    "sphinxext.finder",
    "sphinxext.all_messages",
]
exclude_patterns = ["lessons/**/*.ipynb", "lessons/**/*.py"]
nitpicky = True
nitpick_ignore_regex = [  # documented on other sites; the build asks none of them
    ("py:class", r"torch\..*|collections\.abc\..*|pathlib\..*|os\.PathLike"),
]
suppress_warnings = [
    "sphinx_gallery.example_error",  # sphinxext.gallery says it in one line
    "sphinx_gallery.space_in_filename",  # also means a space above the project
]
smartquotes_excludes = {"languages": ["zh_CN"], "builders": ["man", "text"]}
templates_path = ["docs/_templates"]
template_bridge = "sphinxext.finish.Templates"

# https://www.sphinx-doc.org/en/master/usage/configuration.html#options-for-internationalization
locale_dirs = ["../locale"]
gettext_compact = False
gettext_location = False
gettext_auto_build = False  # catalogues are read as they stand

# https://sphinx-gallery.github.io/stable/configuration.html
sphinx_gallery_conf = {
    "examples_dirs": ["../examples"],
    "gallery_dirs": ["lessons"],
    "copyfile_regex": r"index\.rst",
    "within_subsection_order": "FileNameSortKey",
    "image_scrapers": ("sphinxext.gallery.scrape", "sphinxext.recorder.scrape"),
    "reset_modules": ("sphinxext.gallery.reset", "sphinxext.recorder.reset"),
    "reset_modules_order": "both",
    "capture_repr": (),
    "inspect_global_variables": False,
    "min_reported_time": 1_000_000,
    "write_computation_times": False,
    "show_signature": False,
    "download_all_examples": True,
}

# https://myst-parser.readthedocs.io/en/latest/configuration.html
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# https://myst-nb.readthedocs.io/en/latest/configuration.html
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_output_stderr = "error"

# https://www.sphinx-doc.org/en/master/usage/extensions/autodoc.html#configuration
autodoc_member_order = "bysource"
python_maximum_signature_line_length = 60

# https://docs.python.org/3/library/doctest.html#option-flags
doctest_default_flags = doctest.DONT_ACCEPT_TRUE_FOR_1
doctest_global_setup = """
from sphinxext.state import fresh
fresh()
__name__ = "__main__"  # classes of a snippet are printed as a reader sees them
"""
doctest_show_successes = False

# https://www.sphinx-doc.org/en/master/usage/configuration.html#options-for-html-output
html_theme = "furo"
html_title = "Autograd Field Guide"
html_baseurl = os.environ.get(  # Read the Docs and other hosts name their own
    "SITE_URL", "https://autograd-field-guide.github.io/autograd-field-guide/"
)
site_languages = {
    "en": "",
    "zh_CN": "zh_CN/",
}  # the folder of each language below that address
html_static_path = ["docs/_static"]
html_css_files = ["guide.css", ("print.css", {"media": "print"})]
html_favicon = "docs/_static/icon.svg"
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/language.html",
        "sidebar/scroll-start.html",
        "sidebar/finder.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_copy_source = False
html_show_sphinx = False
html_math_renderer = "mathml"
html_last_updated_fmt = None
pygments_style = "a11y-light"
pygments_dark_style = "github-dark"

# https://www.sphinx-doc.org/en/master/usage/configuration.html#options-for-epub-output
epub_basename = "autograd-field-guide"
epub_identifier = epub_uid = "autograd-field-guide"
epub_scheme = "ID"
epub_show_urls = "no"
epub_tocdepth = 2

# https://sphinx-copybutton.readthedocs.io/en/latest/use.html
copybutton_selector = "div:not(.sphx-glr-script-out, .output) > div.highlight > pre"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True
