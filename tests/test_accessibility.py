"""Every page for every reader: axe, the keyboard, a narrow screen, less motion."""

from pathlib import Path

import conftest
import pytest
from conftest import CLIPPED, SIDEWAYS, SOME_PAGES, each_page

axe_package = pytest.importorskip("axe_playwright_python")
AXE = Path(axe_package.__file__).with_name("axe.min.js").read_text("utf-8")

LESSON = "lessons/1_first_graph/plot_1_two_paths"
KINDS = {
    "lessons": "lessons/**/*.html",
    "errors": "errors/*.html",
    "other pages": "**/*.html",
}
ONE_OF_EACH = [
    "index",
    LESSON,
    "lessons/index",
    "errors/index",
    "errors/leaves",
    "measured/recording_cost",
    "glossary",
    "setup",
    "contribute",
    "search",
]
WITH_MOST_CONTROLS = ["index", "errors/index", "search"]
"""Of these, the pages asked again in each other language, key by key."""

STRUCTURE = """axe.run({
  resultTypes: ["violations"], preload: false,
  rules: { "color-contrast": { enabled: false } },
})"""
# Contrast is asked once for each look: elements whose tags and classes, up to the
# root, are the same have the same colours. The site has a hundred thousand.
CONTRAST = """async (seen) => {
  const looks = new Map();
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg") || !e.checkVisibility()) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    let look = "";
    for (let up = e; up; up = up.parentElement)
      look += `${up.localName}.${up.className} `;
    if (!seen.includes(look) && !looks.has(look)) looks.set(look, e);
  }
  const include = [...looks.values(), ...document.querySelectorAll("figure text")];
  if (!include.length) return { looks: [], violations: [] };
  const { violations } = await axe.run({ include }, {
    resultTypes: ["violations"], preload: false, runOnly: ["color-contrast"],
  });
  return { looks: [...looks.keys()], violations };
}"""
SCROLLERS_READY = """() => [...document.querySelectorAll("article pre")]
  .every((e) => e.scrollWidth <= e.clientWidth || e.tabIndex === 0)"""
FOCUSED = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const shown = [at, ...(at.labels ?? [])].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 2 && box.bottom > 0 && box.right > 0 && box.left < innerWidth;
  });
  // furo's menus: the checkbox is not seen, its label is
  const visible = shown.some((e) => {
    const style = getComputedStyle(e);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return style.visibility === "visible" && Number(style.opacity) > 0.9 && ring;
  });
  at.dataset.reached = "";
  return { what: at.outerHTML.slice(0, 120), visible };
}"""
CONTROLS = """() => [...document.querySelectorAll(
  "a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled)
  .filter((e) => e.type !== "hidden" && !("reached" in e.dataset))
  .map((e) => e.outerHTML.slice(0, 120))"""
HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .filter((e) => e.checkVisibility()).map((e) => Number(e.tagName[1]))"""
LANDMARKS = """() => [...document.querySelectorAll(
  "nav, main, [role=main], header, footer, aside, form[role=search], [role=region]")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .map((e) => (e.getAttribute("role") ?? e.localName) + " "
    + (e.getAttribute("aria-label") ?? ""))"""


@pytest.fixture
def open_page(browser, edition):
    contexts = []

    def open_it(name, width=1280, height=800, **settings):
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, **settings)
        contexts.append(context)
        page = context.new_page()
        page.goto((edition / f"{name}.html").as_uri())
        return page

    yield open_it
    for context in contexts:
        context.close()


def pages_of(edition, language, kind):
    """Return the pages of ``kind``; each page has one. Some, where not in English."""
    found = {page for page in edition.glob(KINDS[kind])}
    found &= {*conftest.pages_of(edition)}
    if kind == "other pages":
        found -= {p for k, v in KINDS.items() if k != kind for p in edition.glob(v)}
    if language != "en":
        found &= {edition / f"{name}.html" for name in SOME_PAGES}
    return sorted(found)


HOST = "http://host.invalid"


def address_of(context, built, path):
    """Return where to open ``path``; the page of lost addresses needs a host."""
    if path.name != "404.html":
        return path.as_uri()

    def answer(route):
        _, _, name = route.request.url.removeprefix(HOST + "/").partition("/")
        route.fulfill(path=built / name.partition("?")[0])

    context.route(f"{HOST}/**", answer)
    return f"{HOST}/guide/{path.relative_to(built).as_posix()}"


def lines_of(result):
    """Return what axe found, one line a node."""
    return [
        f"{rule['id']}: {node['html'][:150]}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def both_themes(page, seen):
    """Run all rules; that of contrast in both themes, on looks not in ``seen``."""
    page.wait_for_function(SCROLLERS_READY)
    found = lines_of(page.evaluate(STRUCTURE))
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        result = page.evaluate(CONTRAST, seen[theme])
        seen[theme] += result["looks"]
        found += [f"{theme}: {line}" for line in lines_of(result)]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(browser, built, edition, language, kind):
    pages = pages_of(edition, language, kind)
    context = browser.new_context(  # no colour is asked for while it fades
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    context.add_init_script(AXE)
    page = context.new_page()
    found, seen = {}, {"light": [], "dark": []}
    for path in pages:
        name = path.relative_to(edition).as_posix()
        page.goto(address_of(context, built, path))
        for slider in page.locator(".lg-bar input").all():
            slider.fill("1")
        found[name] = both_themes(page, seen)
        if page.locator(".predict-switch").count():
            page.locator(".predict-switch:visible").click()
            found[f"{name}, predict on"] = both_themes(page, seen)
            page.locator(".predict-switch:visible").click()
    context.close()

    assert len(pages) >= (8 if language == "en" else 2)
    assert len(seen["light"]) > 50 and len(seen["dark"]) > 50
    assert {} == {name: lines for name, lines in found.items() if lines}


@each_page(ONE_OF_EACH, WITH_MOST_CONTROLS)
@pytest.mark.parametrize("width", [1280, 390])
def test_every_control_is_reached_with_a_visible_focus(open_page, name, width):
    page = open_page(name, width=width, reduced_motion="reduce")
    if page.locator(".predict-switch:visible").count():
        page.locator(".predict-switch:visible").click()
        page.reload()
        page.locator(".predict-cover, .lesson-total").first.wait_for()
    reached, unseen, rounds = 0, [], 0
    while reached < 900:
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus is None:
            rounds += 1
            # what scrolling has brought up stands early in the order
            if rounds == 2 or not page.evaluate(CONTROLS):
                break
            continue
        reached += 1
        if not focus["visible"]:
            unseen.append(focus["what"])

    assert 8 < reached < 900
    assert [] == unseen
    assert [] == page.evaluate(CONTROLS)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_contents_can_be_seen_when_they_are_reached_from_below(open_page, width):
    page = open_page("contribute", width=width, reduced_motion="reduce")
    page.evaluate("scrollTo(0, 5000)")  # at once; the key End scrolls for a while
    page.keyboard.press("Shift")
    assert page.evaluate("scrollY") > 500
    page.focus("#__toc")

    assert page.evaluate(FOCUSED)["visible"]


@each_page(ONE_OF_EACH)
@pytest.mark.parametrize("width", [640, 390], ids=["200 % of 1280", "390"])
def test_nothing_is_lost_on_a_narrow_screen(open_page, name, width):
    page = open_page(name, width=width)

    assert page.evaluate(SIDEWAYS) <= 0
    assert [] == page.evaluate(CLIPPED)
    assert page.locator("h1").first.is_visible()


def test_the_menus_of_a_narrow_screen_open_with_the_keyboard(open_page):
    page = open_page(LESSON, width=390, reduced_motion="reduce")
    search = page.locator(".sidebar-search").first

    assert not search.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    search.wait_for(state="visible")
    page.keyboard.press("Space")
    search.wait_for(state="hidden")


def test_nothing_moves_where_less_motion_is_asked_for(open_page):
    page = open_page(LESSON, width=390, reduced_motion="reduce")
    slow = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) => {
          const s = getComputedStyle(e);
          return [s.transitionDuration, s.animationDuration]
            .some((d) => d.split(",").some((t) => parseFloat(t) > 0.01))
            || s.scrollBehavior === "smooth";
        }).map((e) => e.outerHTML.slice(0, 100))"""
    )

    assert [] == slow


@each_page(ONE_OF_EACH)
def test_headings_are_in_order_and_landmarks_have_names_of_their_own(open_page, name):
    page = open_page(name)
    levels = page.evaluate(HEADINGS)
    landmarks = page.evaluate(LANDMARKS)

    assert 1 == levels[0] and 1 == levels.count(1)
    assert [] == [
        (one, two)
        for one, two in zip(levels, levels[1:], strict=False)
        if two > one + 1
    ]
    assert len(set(landmarks)) == len(landmarks)
    assert 1 == sum(mark.startswith("main") for mark in landmarks)


MESSAGE = "element 0 of tensors does not require grad and does not have a grad_fn"


def show_messages(page):
    page.fill("#finder-text", MESSAGE)
    page.wait_for_selector(".finder-found:not(.families) a")


def show_no_message(page):
    page.fill("#finder-text", "qqqqxxxx")
    page.wait_for_selector(".finder-found.families a")


def show_results(page):
    page.fill("input[type=search]:visible", "why is my gradient none")
    page.wait_for_selector(".search-results a:visible")


def show_no_result(page):
    page.fill("input[type=search]:visible", "qqqqxxxx")
    page.wait_for_selector(".search-status:not(:empty)")


def open_menu(page):
    page.locator("#__navigation").press("Space")
    page.locator(".sidebar-search").first.wait_for(state="visible")


def step_and_open_answers(page):
    page.locator(".lg-bar input").first.fill("2")
    for question in page.locator("article summary").all():
        question.click()


def predict_one(page):
    page.locator(".predict-switch:visible").click()
    page.locator(".predict-cover").first.click()


def show_progress(page):
    state = '{"on":true,"lessons":{"1_first_graph/plot_1_two_paths":["cell-1-output"]}}'
    page.evaluate("state => localStorage.setItem('predict', state)", state)
    page.reload()
    page.locator(".lesson-progress:visible").wait_for()


def show_broken_progress(page):
    page.evaluate("localStorage.setItem('predict', '{')")
    page.reload()
    page.locator(".predict-broken:visible").wait_for()


def ask_for_no_part(page):
    page.evaluate("location.hash = 'no-such-part'")
    page.locator(".anchor-note:visible").wait_for()


IN_USE = {
    "finder, found": ("errors/index", 1280, show_messages),
    "finder, nothing found": ("errors/index", 390, show_no_message),
    "search box, found": ("changelog", 1280, show_results),
    "search box, nothing found": ("changelog", 1280, show_no_result),
    "search page, found": ("search", 390, show_results),
    "menu of a narrow screen": ("changelog", 390, open_menu),
    "stepper and answers": (LESSON, 1280, step_and_open_answers),
    "one prediction": (LESSON, 390, predict_one),
    "progress": ("lessons/index", 1280, show_progress),
    "progress that is broken": ("lessons/index", 390, show_broken_progress),
    "no such part": ("changelog", 390, ask_for_no_part),
}


@pytest.mark.parametrize("case", IN_USE)
def test_axe_finds_nothing_where_a_page_is_in_use(open_page, case):
    name, width, use = IN_USE[case]
    page = open_page(name, width=width, reduced_motion="reduce")
    use(page)
    page.evaluate(AXE)

    assert [] == both_themes(page, {"light": [], "dark": []})


@pytest.mark.parametrize("selector", ["div.math", "pre", ".table-wrapper"])
def test_what_scrolls_sideways_is_reached_with_the_keyboard(open_page, selector):
    name = "setup" if selector == ".table-wrapper" else LESSON
    page = open_page(name, width=320)
    scrolling = f"""() => [...document.querySelectorAll("article {selector}")]
      .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth)"""
    page.wait_for_function(f"() => ({scrolling})().every((e) => e.tabIndex === 0)")

    assert page.evaluate(f"({scrolling})().length") > 0
