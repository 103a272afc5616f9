"""The finder: every proven message is found, other texts are not, nothing runs."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, pages_of, run
from proven_messages import begins, half, in_traceback, proven, renamed, words

from sphinxext.finder_data import NAME, parse
from sphinxext.finder_match import Finder

OTHERS = (ROOT / "tests" / "not_autograd.txt").read_text("utf-8").split("\n%\n")
MEGABYTE = {
    "prose": "the tensor does not require grad and has no backward of this\n" * 17000,
    "marks": "Error:\n" * 150_000,
    "errors": "RuntimeError: the gradient of a tensor does not require\n" * 18000,
    "one line": "a.b::c/d'" * 112_000,
    "letters": "A" * 1_000_000,
    "Chinese": "梯度为零。" * 200_000,
    "empty lines": "\n" * 1_000_000,
}
RARE = "RuntimeError: tensors_len=1, versions_len=2"
SCRIPT = "<script>window.hit=1</script><img src=x onerror='window.hit=1'>"


@pytest.fixture(scope="module")
def messages():
    return proven(ROOT / "docs" / "errors")


@pytest.fixture(scope="module")
def data(built):
    return parse((built / "_static" / NAME).read_text("utf-8"))


@pytest.fixture(scope="module")
def finder(data):
    return Finder(data)


@pytest.fixture(scope="module")
def places(data):
    """Page and anchor of each section, by its number."""
    pages = [
        uri.rpartition("/")[2].removesuffix(".html") for uri, _ in data["families"]
    ]
    return [(pages[family], anchor) for family, anchor, _, _ in data["sections"]]


@pytest.fixture
def page(browser, built):
    """The index of errors, in a window of its own."""
    context = browser.new_context()
    page = context.new_page()
    page.problems, page.asked = [], []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto((built / "errors" / "index.html").as_uri())
    page.on("request", lambda request: page.asked.append(request))
    yield page
    context.close()


def test_the_data_hold_every_proven_message(messages, data, places):
    assert {message.place for message in messages} == set(places)
    assert len(messages) > 1200
    assert sum(1 for *_, where in data["patterns"] if where) > 1000


def first_half(message, number):
    return (
        f"{message.kind}: {half(message.text)}" if message.kind else half(message.text)
    )


FORMS = {
    "as it is": lambda message, number: message.whole,
    "other numbers and names": lambda message, number: in_traceback(
        message, renamed(message, number)
    ),
    "in a traceback": lambda message, number: in_traceback(message, message.text),
    "first half": first_half,
}


def same_text(message, form):
    """Return what tells whether another message reads like this one in this form."""
    if form == "first half":
        return lambda other: (
            other.kind == message.kind and begins(half(message.text), other.text)
        )
    mine = words(message.text)
    return lambda other: words(other.text) == mine


@pytest.mark.parametrize("form", FORMS)
def test_every_proven_message_is_found_first(form, messages, finder, places, figures):
    wrong = []
    for number, message in enumerate(messages):
        found = finder.find(FORMS[form](message, number))
        best = places[found[0]] if found else None
        if best == message.place:
            continue
        same = same_text(message, form)
        if not any(other.place == best and same(other) for other in messages):
            wrong.append((message.place, best, FORMS[form](message, number)))

    right = len(messages) - len(wrong)
    figures[f"finder, {form}"] = f"{right} of {len(messages)} right section first"
    assert right >= 0.99 * len(messages), wrong


def test_other_texts_give_no_match(finder, figures):
    wrong = {text: finder.find(text) for text in OTHERS if finder.find(text)}
    empty = ["", " ", "\n\n", "\t"]

    figures["finder, other texts"] = (
        f"{len(OTHERS) - len(wrong)} of {len(OTHERS)} refused"
    )
    assert len(OTHERS) >= 60
    assert {} == wrong
    assert [[]] * 4 == [finder.find(text) for text in empty]


def test_the_last_message_of_a_chain_counts_most(finder, places):
    first = "RuntimeError: grad can be implicitly created only for scalar outputs"
    last = "TypeError: 'bool' object is not callable"
    between = (
        "\n\nDuring handling of the above exception, another exception occurred:\n\n"
    )
    chain = f"Traceback (most recent call last):\n{first}{between}Traceback\n{last}\n"

    found = [places[number][1] for number in finder.find(chain)]

    assert "requires-grad-called" == found[0]
    assert "backward-nonscalar" in found


def test_one_text_in_several_sections_names_the_common_one_first(finder, places):
    text = "element 0 of tensors does not require grad and does not have a grad_fn"

    found = [places[number] for number in finder.find(f"RuntimeError: {text}")]

    assert ("backward", "backward-no-grad-fn") == found[0]
    assert len(found) > 1


RANK = """
{script}
{data}
const finder = new errorFinder.Finder(errorFinderData);
process.stdout.write(JSON.stringify({texts}.map((text) => finder.find(text))));
"""


def in_javascript(texts, built, page):
    """Return what finder.js finds for each of ``texts``."""
    script = (ROOT / "sphinxext" / "finder_match.js").read_text("utf-8")
    data = (built / "_static" / NAME).read_text("utf-8")
    if shutil.which("node"):
        program = RANK.format(script=script, data=data, texts=json.dumps(texts))
        command = ["node", "-"]
        done = subprocess.run(command, input=program, capture_output=True, text=True)
        assert 0 == done.returncode, done.stderr
        return json.loads(done.stdout)
    page.evaluate(f"{data}; window.errorFinderData = errorFinderData")
    rank = (
        "texts => texts.map(text => new errorFinder.Finder(errorFinderData).find(text))"
    )
    return page.evaluate(rank, texts)


def test_python_and_javascript_rank_alike(messages, finder, built, page):
    texts = [*OTHERS, "", "梯度", RARE + "\r\n", SCRIPT]
    for number, message in enumerate(messages):
        forms = list(FORMS.values())
        texts.append(forms[number % len(forms)](message, number))
    texts.append("\n".join(texts[-40:]))

    mine = [finder.find(text) for text in texts]

    assert mine == in_javascript(texts, built, page)
    assert sum(map(bool, mine)) > 1000


def paste(page, text):
    """Paste ``text``, wait for the answer and return its first line and its links."""
    page.locator("#finder-text").fill(text)
    page.wait_for_function("() => window.errorFinderData !== undefined")
    page.wait_for_function("() => !document.querySelector('.finder-said:empty')")
    said = page.locator(".finder-said").text_content()
    return said, page.locator(".finder-found a").all()


def test_pasting_a_message_leads_to_its_section_by_keyboard(page):
    said, links = paste(page, f"Traceback (most recent call last):\n{RARE}\n")
    assert "Best match first:" == said
    assert 1 == len(links)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/in_place.html#unsafe-set-version-lengths")

    assert page.locator("#unsafe-set-version-lengths").get_attribute("open") is not None


def test_no_match_says_so_and_offers_the_families(page, data):
    said, links = paste(page, "KeyError: 'label'")

    assert said.startswith("No message of autograd")
    assert [uri for uri, _ in data["families"]] == [
        link.get_attribute("href").removeprefix("../") for link in links
    ]
    assert len(links) > 12
    page.locator("#finder-text").fill("")
    assert "" == page.locator(".finder-said").text_content()


def test_pasted_html_stays_text_and_nothing_is_fetched_but_the_messages(page):
    paste(page, f"{SCRIPT}\n{RARE} {SCRIPT}")
    page.wait_for_timeout(200)

    assert page.evaluate("window.hit") is None
    assert 0 == page.locator(".finder img, .finder script").count()
    asked = [asked.url for asked in page.asked if asked.resource_type != "other"]
    assert [NAME] == [re.sub(r".*/|\?.*", "", url) for url in asked]
    assert [] == page.problems


TIME = """text => {
  const box = document.querySelector("#finder-text");
  box.value = text;
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    box.dispatchEvent(new Event("input"));
    return performance.now() - start;
  });
  return Math.min(...times);
}"""


@pytest.mark.parametrize("kind", MEGABYTE)
def test_a_megabyte_is_read_in_a_tenth_of_a_second(kind, page, figures):
    assert len(MEGABYTE[kind]) >= 1_000_000
    paste(page, "x")
    milliseconds = page.evaluate(TIME, MEGABYTE[kind])
    buried = page.evaluate(TIME, f"{MEGABYTE[kind]}\n{RARE}\n")

    figures[f"finder, 1 MB, {kind}"] = f"{milliseconds:.0f} ms, {buried:.0f} ms"
    assert milliseconds < 100
    assert buried < 100
    first = page.locator(".finder-found a").first.get_attribute("href")
    assert first.endswith("#unsafe-set-version-lengths")


def test_without_scripts_the_lists_are_there_and_no_box(browser, built, messages):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built / "errors" / "index.html").as_uri())
    assert not page.locator(".finder").is_visible()
    assert page.get_by_role("link", name="Silent trouble").last.is_visible()

    page.goto((built / "errors" / "all.html").as_uri())
    links = page.locator("ul.all-messages a")
    assert links.count() > 1000
    hrefs = set(links.evaluate_all("all => all.map(a => a.getAttribute('href'))"))
    assert {f"{m.page}.html#{m.anchor}" for m in messages} == hrefs
    context.close()


def test_every_link_to_a_section_has_a_target(data, built):
    for family, anchor, _, _ in data["sections"]:
        uri, _ = data["families"][family]
        assert f'id="{anchor}"' in (built / uri).read_text("utf-8")


def test_every_page_leads_to_the_finder(edition, word):
    index = edition / "errors" / "index.html"
    pages = {page: page.read_text("utf-8") for page in pages_of(edition)}
    label = re.escape(word("Paste your error"))

    assert len(pages) > 20
    for page, text in pages.items():
        link = re.search(rf'href="([^"]*)#finder">{label}<', text)
        assert link, page
        if link[1].startswith("/"):  # the page of an address that is not there
            assert link[1].endswith("/errors/index.html")
        elif page != index:
            assert index == (page.parent / link[1]).resolve()


def test_all_words_of_the_box_can_be_translated():
    for name in ("finder_page.js", "finder_match.js", "finder_open.js"):
        text = (ROOT / "sphinxext" / name).read_text("utf-8")
        code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        literals = re.findall(r'"[A-Z][a-z]+ [^"]*"|textContent = "[^"]+"', code)
        assert [] == literals


def test_the_terminal_finds_the_same(built, checkout):
    command = (sys.executable, "-m", "tools.find_error")
    found = run(checkout, *command, RARE)
    none = run(checkout, *command, "KeyError: 'label'")
    empty = run(checkout, *command, " ")

    assert 0 == found.status
    assert "in_place.html#unsafe-set-version-lengths" in found.said
    assert 1 == none.status
    assert "Silent trouble" in none.said
    assert 1 == empty.status
    assert "No text." in empty.said
