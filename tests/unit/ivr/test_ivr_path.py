"""The caller's way as an agent reads it: what was heard and keyed, once each, however the flow is built."""

from chalicelib.ivr.path import PATH_LIMIT, PathStep, extended
from chalicelib.ivr.steps import Visit


def way(*visits: Visit) -> list[tuple[str, str]]:
    """Return (label, digits) of the path, its visits stored one by one as the steps of a call bring them."""
    path: tuple[PathStep, ...] = ()
    for visit in visits:
        path = extended(path, [visit])
    return [(step.label, step.digits) for step in path]


def test_a_menu_is_one_step_with_the_key() -> None:
    came, left = Visit("m", "menu", "", "Menu"), Visit("m", "menu", "1", "Menu", "1")
    assert way(came, left, Visit("s", "queue", "", "Sales")) == [("Menu", "1"), ("Sales", "")]


def test_a_menu_heard_again_is_a_further_step() -> None:
    came, left = Visit("m", "menu", "", "Menu"), Visit("m", "menu", "0", "Menu", "0")
    assert way(came, left, came, left) == [("Menu", "0"), ("Menu", "0")]


def test_silence_adds_nothing_and_a_wrong_key_is_told() -> None:
    came = Visit("m", "menu", "", "Menu")
    silent, wrong = Visit("m", "menu", "timeout", "Menu"), Visit("m", "menu", "invalid", "Menu", "7")
    right = Visit("m", "menu", "1", "Menu", "1")
    assert way(came, silent, wrong, right) == [("Menu", "7"), ("Menu", "1")]


def test_the_same_node_of_another_flow_is_a_further_step() -> None:
    came = Visit("m", "menu", "", "Menu")
    assert way(came, came) == [("Menu", ""), ("Menu", "")]


def test_what_the_caller_does_not_notice_is_left_out_and_a_node_without_a_label_has_its_id() -> None:
    assert way(Visit("c", "condition", "else", "Open?"), Visit("v", "set", "next"), Visit("hello", "play", "next")) == [
        ("hello", "")
    ]


def test_of_a_very_long_way_the_end_is_kept() -> None:
    path = extended((), [Visit(f"n{n}", "play", "next") for n in range(PATH_LIMIT + 5)])
    assert [path[0].node_id, path[-1].node_id, len(path)] == ["n5", f"n{PATH_LIMIT + 4}", PATH_LIMIT]
