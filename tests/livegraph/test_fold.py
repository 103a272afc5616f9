"""Folding: every card is somewhere, once, and no view has a cycle."""

from __future__ import annotations

import pytest
from graphs import chain, network, small

from livegraph.fold import LIMIT, Fold, Group, View, members
from livegraph.graph import Edge, Graph, Node
from livegraph.layout import rank

GRAPHS = {
    "modules": network(12),
    "deep modules": network(40, layers=30),
    "chain": chain(900),
    "long chain": chain(20_000),
}


def loop(steps: int, length: int = 7) -> Graph:
    """A cell written out ``steps`` times without a module, one shared weight."""
    nodes = [Node(0, "leaf", "AccumulateGrad", names=("w",))]
    edges = []
    for step in range(steps):
        for k in range(length):
            at = len(nodes)
            nodes.append(Node(at, "op", f"Op{k}Backward0"))
            if at > 1:
                edges.append(Edge(at - 1, at))
            if not k:
                edges.append(Edge(0, at, 0, 1))
        assert len(nodes) == 1 + (step + 1) * length
    return Graph(tuple(nodes), tuple(edges), (len(nodes) - 1,))


def check(view: View) -> None:
    """A view is small, has no cycle, and joins what it shows."""
    assert len(view.items) <= LIMIT + 24
    rank(len(view.items), view.links)  # raises for a cycle
    assert len(view.links) == len(view.edges)
    for a, b in view.links:
        assert a != b


@pytest.mark.parametrize("name", GRAPHS)
def test_the_first_view_holds_every_card_once(name: str) -> None:
    graph = GRAPHS[name]
    view = Fold(graph).top()
    check(view)
    assert view.groups
    inside = [i for item in view.items for i in members(item)]
    assert sorted(inside) == list(range(len(graph.nodes)))


@pytest.mark.parametrize("name", ["modules", "deep modules", "chain"])
def test_opening_everything_shows_every_card(name: str) -> None:
    graph = GRAPHS[name]
    fold = Fold(graph)
    shown: list[int] = []
    waiting = [fold.top()]
    while waiting:
        view = waiting.pop()
        check(view)
        for k, item in enumerate(view.items):
            if k in view.outside:
                continue
            if isinstance(item, Group):
                waiting.append(fold.open(item))
            else:
                shown.append(item)
    assert sorted(shown) == list(range(len(graph.nodes)))


def test_sixty_cards_are_not_folded() -> None:
    graph = chain(LIMIT - 1)
    view = Fold(graph).top()
    assert view.items == list(range(LIMIT)) and not view.groups
    assert Fold(chain(LIMIT)).top().groups


def test_groups_are_named_after_modules() -> None:
    labels = [group.label for group in Fold(network(12)).top().groups]
    assert labels == [f"net.blocks.{k}" for k in range(12)]


def test_every_edge_of_a_view_is_one_of_the_graph() -> None:
    graph = network(12)
    view = Fold(graph).top()
    crossing = 0
    where = {i: k for k, item in enumerate(view.items) for i in members(item)}
    for edge in graph.edges:
        crossing += where[edge.src] != where[edge.dst]
    assert sum(map(len, view.edges)) == crossing
    for (a, b), edges in zip(view.links, view.edges, strict=True):
        for e in edges:
            assert where[graph.edges[e].src] == a
            assert where[graph.edges[e].dst] == b


def test_an_opened_group_shows_what_it_touches() -> None:
    graph = network(12)
    fold = Fold(graph)
    group = fold.top().groups[3]
    view = fold.open(group)
    inside = {
        i
        for k, item in enumerate(view.items)
        if k not in view.outside
        for i in members(item)
    }
    ends = [(edge.src in inside, edge.dst in inside) for edge in graph.edges]
    around = [e for e, (src, dst) in enumerate(ends) if src != dst]
    shown = {e for edges in view.edges for e in edges}
    assert around and set(around) <= shown
    assert any(a in view.outside for a, _ in view.links)
    assert any(b in view.outside for _, b in view.links)


def test_a_leaf_is_inside_the_only_group_that_uses_it() -> None:
    graph = network(12)
    for item in Fold(graph).top().items:
        assert isinstance(item, Group) or graph.nodes[item].kind == "const"
    shared = loop(30)
    top = Fold(shared).top()
    assert 0 in top.items


def test_what_repeats_itself_is_folded_by_repetition() -> None:
    view = Fold(loop(30)).top()
    groups = view.groups
    assert len(groups) == 30
    assert {group.ops for group in groups} == {7}
    assert groups[0].label == "Op0 … (1)" and groups[29].label == "Op0 … (30)"


def test_a_module_called_twice_is_two_groups() -> None:
    nodes = [
        Node(k, "op", f"F{k}", module="cell" if k % 50 < 25 else "other")
        for k in range(100)
    ]
    edges = [Edge(k, k + 1) for k in range(99)]
    view = Fold(Graph(tuple(nodes), tuple(edges), (99,)), limit=30).top()
    check(view)
    assert [group.label for group in view.groups] == ["cell", "other"] * 2


def test_a_card_that_is_not_folded_keeps_its_edges() -> None:
    view = Fold(small()).top()
    assert view.links == [(0, 2), (1, 2), (0, 4), (3, 4), (2, 5), (4, 5)]
