"""The flow as a graph: what can be reached, and where a caller who presses nothing would go round for ever."""

from collections.abc import Iterable, Mapping

from chalicelib.ivr.asking import CallbackNode, HttpNode, LookupNode, SmsNode, SubFlowNode
from chalicelib.ivr.model import CollectNode, ConditionNode, Document, MenuNode, Node, PlayNode, SetNode


def reachable(flow: Document) -> set[str]:
    """Return the nodes that some path from the start leads to."""
    found: set[str] = set()
    ahead = [flow.start]
    while ahead:
        name = ahead.pop()
        if name in flow.nodes and name not in found:
            found.add(name)
            ahead.extend(flow.nodes[name].edges.values())
    return found


def loops_without_input(flow: Document) -> list[list[str]]:
    """Return the circles that a silent caller never leaves, each as its nodes in order, each node at most once.

    Such a circle consists of nodes that need nobody, and of menus and collections left by `exhausted` (time-outs
    before that are counted, so they end by themselves). What another flow asks is not known here: of a
    node that calls one, only the way out for a flow that cannot be called is silent for certain.
    """
    silent = {name: sorted(set(_silent_targets(node)) & flow.nodes.keys()) for name, node in flow.nodes.items()}
    loops: list[list[str]] = []
    done: set[str] = set()
    for name in silent:
        if name not in done:
            _search(name, silent, done, loops)
    return loops


def circle_of(start: str, calls: Mapping[str, Iterable[str]]) -> list[str]:
    """Return a way along calls of flows from `start` to a flow that is on it already, [] when there is none."""
    path: list[str] = [start]
    ahead = [iter(sorted(calls.get(start, ())))]
    done: set[str] = set()
    while path:
        name = next(ahead[-1], None)
        if name is None:
            done.add(path.pop())
            ahead.pop()
        elif name in path:
            return [*path[path.index(name) :], name]
        elif name not in done:
            path.append(name)
            ahead.append(iter(sorted(calls.get(name, ()))))
    return []


def _silent_targets(node: Node) -> Iterable[str]:
    if isinstance(node, PlayNode | SetNode | ConditionNode | HttpNode | LookupNode | CallbackNode | SmsNode):
        return node.edges.values()
    if isinstance(node, SubFlowNode) and "failed" in node.edges:
        return [node.edges["failed"]]
    if isinstance(node, MenuNode | CollectNode) and "exhausted" in node.edges:
        return [node.edges["exhausted"]]
    return []


def _search(start: str, ways: dict[str, list[str]], done: set[str], loops: list[list[str]]) -> None:
    # Depth first without recursion: 500 nodes in a row would be near Python's limit.
    path: list[str] = [start]
    ahead = [iter(ways[start])]
    while path:
        name = next(ahead[-1], None)
        if name is None:
            done.add(path.pop())
            ahead.pop()
        elif name in path:
            loops.append(path[path.index(name) :])
        elif name not in done:
            path.append(name)
            ahead.append(iter(ways[name]))
