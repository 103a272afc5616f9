"""The cells of a page are found, each with what stands below it as its output."""

from pathlib import Path

from docutils import nodes
from docutils.utils import new_document

from sphinxext.page_cells import cells_in, is_code, is_output, pairs, show
from sphinxext.promise import Cell, Promise, promises_in


def block(text, line=1, **attributes):
    """Return a block of ``text`` as a page holds it."""
    node = nodes.literal_block(text, text, **attributes)
    node.line = line
    return node


def code(text, language="ipython3", line=1):
    return block(text, line, language=language)


def output(text, name="output"):
    return block(text, classes=["first", name], language="none")


def page(*blocks):
    """Return a page with these blocks, each in a box as MyST-NB makes them."""
    document = new_document("page")
    for node in blocks:
        document += nodes.container("", node)
    return document


def test_code_and_output_are_told_apart():
    assert is_code(code("1"))
    assert is_code(code("1", "Python"))
    assert not is_code(code("1", "python"))
    assert not is_code(block("1"))
    assert not is_code(nodes.paragraph("1", language="Python"))
    assert not is_code(block("1", language="ipython3", classes=["output"]))
    for name in ("output", "stream", "sphx-glr-script-out"):
        assert is_output(output("1", name))
        assert not is_output(nodes.paragraph("1", "1", classes=[name]))
    assert not is_output(output("1", "other"))
    assert not is_output(code("1"))


def test_outputs_belong_to_the_code_above_them():
    one, two, three = code("a"), code("b", "Python"), code("c")
    document = page(
        output("of nothing"),
        one,
        output("1"),
        block("a snippet", language="python"),
        output("2\n\n", "stream"),
        two,
        three,
        output("\n3", "sphx-glr-script-out"),
    )

    assert [(one, "1\n2\n\n"), (two, ""), (three, "\n3\n")] == pairs(document)


def test_cells_know_their_path_their_line_and_their_promises():
    path = Path("page.md")
    document = page(
        code("x = 1", line=5), output("no"), code("print(x)\n# > 1", line=9)
    )

    assert [
        Cell(path, 4, "x = 1", ()),
        Cell(path, 8, "print(x)\n# > 1", (Promise(9, "1"),)),
    ] == cells_in(document, path)


def test_promises_and_marks_are_not_shown():
    source = """\
# answer
x = 1  # answer
print(x)
# > 1

print("# answer")
# > # answer
# a comment
    # answer
# graph: x, y
# graph:
"""
    node = code(source)

    show(Cell(Path("plot_a.py"), 7, source, promises_in(source, 7)), node)

    shown = """\
x = 1  # answer
print(x)

print("# answer")
# a comment
    # answer
# graph:"""
    assert shown == node.astext() == node.rawsource
    assert [node] == [text.parent for text in node.children]
    assert ["answer", "graph: x, y"] == node["marks"]


def test_empty_lines_around_code_are_not_shown_and_its_indent_is():
    source = "\n# > X\n\n  X = 1\nX\n\n# graph: X\n\n"
    node = code(source)

    show(Cell(Path("plot_a.py"), 7, source, promises_in(source, 7)), node)

    assert "  X = 1\nX" == node.astext()


def test_a_mark_that_asks_for_nothing_is_a_comment():
    source = "x = 1\n# graph: \ny = 2"
    node = code(source)

    show(Cell(Path("plot_a.py"), 7, source, ()), node)

    assert source == node.astext()
    assert [] == node["marks"]
