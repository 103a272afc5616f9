"""Chinese as its readers are used to see it, and the way to it from each page."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from conftest import CLIPPED, LANGUAGES, ROOT, SIDEWAYS, SOME_PAGES, pages_of

LESSON = "lessons/1_first_graph/plot_1_two_paths"
NARROW = ["index", LESSON, "errors/backward", "questions", "glossary"]
SWITCHED = ["index", LESSON, "errors/backward", "search"]
GUIDE = "/autograd-field-guide/"
"""Where the site stands on its host."""
STYLES = ROOT / "docs" / "_static" / "guide.css"
SYSTEMS = {
    "macOS": ("PingFang SC", "Hiragino Sans GB"),
    "Windows": ("Microsoft YaHei",),
    "Linux": ("Noto Sans CJK SC", "WenQuanYi Micro Hei"),
}
"""The Chinese fonts that each system brings."""

HAN = r"""const han = (e) => [...e.childNodes].some(
  (n) => n.nodeType === 3 && /\p{Script=Han}/u.test(n.data));
const short = (e) => e.outerHTML.slice(0, 120);
"""
SLANTED = f"""() => {{ {HAN}
  const all = [...document.querySelectorAll("body *")].filter(han);
  return [all.length, all
    .filter((e) => getComputedStyle(e).fontStyle !== "normal").map(short)];
}}"""
LINE_HEIGHTS = f"""() => {{ {HAN}
  const all = [...document.querySelectorAll("article p")]
    .filter((e) => han(e) && e.checkVisibility())
    .filter((e) => !e.closest("table, .lg") && !e.matches(".admonition-title"));
  return all.map((e) => {{
    const style = getComputedStyle(e);
    return [parseFloat(style.lineHeight) / parseFloat(style.fontSize), short(e)];
  }});
}}"""
LANGUAGE = "document.documentElement.lang"
SECTIONS = """() => [...document.querySelectorAll("article section section[id]")]
  .map((e) => e.id)"""


def stack():
    """Return the fonts that the style names for Chinese pages, in their order."""
    text = STYLES.read_text("utf-8")
    (fonts,) = re.findall(r"html:lang\(zh\) body \{\s*--font-stack: ([^;]+);", text)
    return [font.strip(' "') for font in fonts.split(",")]


def computed(fonts):
    """Return the fonts of a computed ``font-family``."""
    return [font.strip(' "') for font in fonts.split(",")]


@pytest.fixture
def open_page(browser, built):
    """Open a page of one language from its file."""
    contexts = []

    def open_it(language, name, width=1280, **settings):
        viewport = {"width": width, "height": 800}
        settings = {"reduced_motion": "reduce", **settings}
        context = browser.new_context(viewport=viewport, **settings)
        contexts.append(context)
        page = context.new_page()
        page.goto(address(built, language, name))
        return page

    yield open_it
    for context in contexts:
        context.close()


def address(built, language, name):
    """Return the address of the file of the page ``name``; it may have a ``#part``."""
    page, mark, part = name.partition("#")
    path = built / LANGUAGES[language] / f"{page}.html"
    return path.as_uri() + mark + part


def test_every_page_says_its_language(built):
    for language, folder in LANGUAGES.items():
        pages = pages_of(built / folder)
        said = {
            re.search(r'<html[^>]* lang="([^"]*)"', page.read_text("utf-8"))[1]
            for page in pages
        }

        assert len(pages) > 30
        assert {language.replace("_", "-")} == said


@pytest.mark.parametrize("name", SOME_PAGES)
def test_no_chinese_is_slanted_and_its_lines_stand_apart(open_page, name):
    page = open_page("zh_CN", name)
    han, slanted = page.evaluate(SLANTED)
    heights = page.evaluate(LINE_HEIGHTS)

    assert "zh-CN" == page.evaluate(LANGUAGE)
    assert han > 10
    assert [] == slanted
    assert heights or name == "search"
    assert [] == [(height, what) for height, what in heights if height < 1.7]


def test_chinese_has_the_fonts_of_the_readers_system(open_page):
    family = "getComputedStyle(document.body).fontFamily"
    chinese = open_page("zh_CN", "index").evaluate(family)
    english = open_page("en", "index").evaluate(family)

    assert stack() == computed(chinese)[: len(stack())]
    assert "sans-serif" == stack()[-1]
    for system, fonts in SYSTEMS.items():
        assert {*fonts} & {*stack()}, system
    assert not {*sum(SYSTEMS.values(), ())} & {*computed(english)}


@pytest.mark.parametrize("name", NARROW)
def test_no_chinese_page_scrolls_sideways_or_is_cut_off_on_a_phone(open_page, name):
    page = open_page("zh_CN", name, width=390)

    assert page.evaluate(SIDEWAYS) <= 0
    assert [] == page.evaluate(CLIPPED)


MEANINGS = """() => [...document.querySelectorAll("article :is(h2, summary) .meaning")]
  .filter((e) => e.checkVisibility())
  .map((e) => {
    const message = e.parentElement.querySelector("code").getBoundingClientRect();
    const meaning = e.getBoundingClientRect();
    const heading = e.parentElement.getBoundingClientRect();
    return [meaning.top - message.bottom, heading.bottom - meaning.bottom];
  })"""


@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_message_means_stands_right_beneath_it(open_page, width):
    places = open_page("zh_CN", "errors/backward", width).evaluate(MEANINGS)

    assert len(places) > 20
    for above, below in places:
        assert -4 < above < 12
        assert -4 < below < 16


def other_than(language):
    """Return the language to which the switch of a page leads."""
    (other,) = LANGUAGES.keys() - {language}
    return other


def switch(page):
    """Return the switch that is seen."""
    return page.locator("a.language-switch:visible")


@pytest.mark.parametrize("name", SWITCHED)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_switch_is_reached_by_tab_and_leads_to_the_same_page(
    open_page, built, language, name, width
):
    page = open_page(language, name, width=width)
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.language-switch')"):
            break
    focused = page.locator("a.language-switch:focus-visible")

    assert 1 == switch(page).count()
    assert focused.is_visible()
    page.keyboard.press("Enter")
    other = other_than(language)
    page.wait_for_url(address(built, other, name))
    assert other.replace("_", "-") == page.evaluate(LANGUAGE)
    switch(page).click()
    page.wait_for_url(address(built, language, name))


@pytest.mark.parametrize("name", [LESSON, "errors/backward", "glossary"])
def test_the_switch_leads_to_the_part_that_the_address_names(
    open_page, built, language, name
):
    page = open_page(language, name)
    parts = page.evaluate(SECTIONS) or ["term-leaf"]
    part = parts[len(parts) // 2]
    page = open_page(language, f"{name}#{part}")
    switch(page).click()

    page.wait_for_url(address(built, other_than(language), f"{name}#{part}"))
    assert page.evaluate("part => document.getElementById(part) !== null", part)
    assert not page.locator(".anchor-note").is_visible()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", [LESSON, "errors/backward"])
def test_the_switch_leads_to_the_part_that_is_read(
    open_page, built, language, name, width
):
    page = open_page(language, name, width=width)
    parts = page.evaluate(SECTIONS)
    part = parts[len(parts) // 2]
    page.evaluate("part => document.getElementById(part).scrollIntoView()", part)
    marked = f".toc-tree .scroll-current > a[href='#{part}']"
    page.wait_for_selector(marked, state="attached")
    assert "#" not in page.url
    switch(page).click()

    page.wait_for_url(address(built, other_than(language), f"{name}#{part}"))
    top = page.evaluate(
        "part => document.getElementById(part).getBoundingClientRect().top", part
    )
    assert -5 < top < 400


@pytest.mark.parametrize("name", [LESSON, "404"])
def test_without_scripts_the_switch_leads_to_the_same_page(
    open_page, built, language, name
):
    page = open_page(language, name, java_script_enabled=False)
    there = switch(page).first.get_attribute("href")

    if name == "404":  # its links count from the root of its host
        path = urlsplit(urljoin("https://host.invalid/a/b.html", there)).path
        assert f"{GUIDE}{LANGUAGES[other_than(language)]}404.html" == path
        return
    switch(page).click()
    page.wait_for_url(address(built, other_than(language), name))
