"""Scope, tree, grants, administrators, matching: the pure decisions."""

import pytest

from chalicelib.identity import rules
from chalicelib.identity.errors import DepartmentCycle, GrantsTooMuch, LastAdministrator, TreeTooLarge
from chalicelib.identity.model import Department, Label, Role, User
from chalicelib.identity.permissions import ALL, BUILTIN, CATALOGUE
from chalicelib.kernel.principal import Principal

TREE = [
    Department(department_id="hq", name="hq"),
    Department(department_id="sales", name="sales", parent_id="hq"),
    Department(department_id="north", name="north", parent_id="sales"),
    Department(department_id="service", name="service", parent_id="hq"),
]


def _role(scope, *permissions) -> Role:
    return Role(role_id="r", name=Label(zh_cn="角色", en="role"), permissions=list(permissions), scope=scope)


def _user(**fields) -> User:
    return User(**{"username": "u", "name": "某人", **fields})


def test_permissions_add_up_and_the_widest_scope_counts():
    who = rules.principal(_user(department_id="sales"), [_role("department", "a"), _role("subtree", "b")], TREE)
    assert who.permissions == {"a", "b", "self.read"}
    assert who.scope == "subtree"
    assert who.department_ids == ("north", "sales")


@pytest.mark.parametrize(
    ("scope", "department", "expected_scope", "expected"),
    [
        ("own", "sales", "own", ()),
        ("department", "sales", "department", ("sales",)),
        ("subtree", "hq", "subtree", ("hq", "north", "sales", "service")),
        ("subtree", "north", "subtree", ("north",)),
        ("subtree", "", "own", ()),
        ("department", "", "own", ()),
        ("all", "", "all", ()),
    ],
)
def test_scope_becomes_departments(scope, department, expected_scope, expected):
    who = rules.principal(_user(department_id=department), [_role(scope)], TREE)
    assert (who.scope, who.department_ids) == (expected_scope, expected)


def test_nobody_without_roles_has_more_than_himself():
    who = rules.principal(_user(), [], TREE)
    assert (who.permissions, who.scope) == ({"self.read"}, "own")


def test_who_sees_whom():
    supervisor = Principal(username="s", scope="subtree", department_ids=("sales", "north"))
    assert rules.sees_user(supervisor, _user(department_id="north"))
    assert not rules.sees_user(supervisor, _user(department_id="service"))
    assert not rules.sees_user(supervisor, _user(department_id=""))
    assert rules.sees_user(supervisor, _user(username="s", department_id="service"))
    assert rules.sees_user(Principal(username="x", scope="all"), _user())


def test_the_tree_has_no_cycle():
    for parent in ("sales", "north"):
        with pytest.raises(DepartmentCycle):
            rules.check_tree(Department(department_id="sales", name="s", parent_id=parent), TREE)
    rules.check_tree(Department(department_id="sales", name="s", parent_id="service"), TREE)


def test_the_tree_is_at_most_ten_deep_also_when_a_branch_moves():
    chain = [Department(department_id=f"d{n}", name="d", parent_id=f"d{n - 1}" if n else None) for n in range(10)]
    rules.check_tree(chain[9], chain)
    with pytest.raises(TreeTooLarge):
        rules.check_tree(Department(department_id="d10", name="d", parent_id="d9"), chain)
    branch = [Department(department_id="x", name="x"), Department(department_id="y", name="y", parent_id="x")]
    rules.check_tree(Department(department_id="x", name="x", parent_id="d7"), [*chain, *branch])
    with pytest.raises(TreeTooLarge):
        rules.check_tree(Department(department_id="x", name="x", parent_id="d8"), [*chain, *branch])


def test_the_tree_has_a_largest_size():
    many = [Department(department_id=f"d{n}", name="d") for n in range(rules.DEPARTMENTS_LIMIT)]
    rules.check_tree(many[0], many)
    with pytest.raises(TreeTooLarge):
        rules.check_tree(Department(department_id="more", name="d"), many)


def test_a_cycle_in_stored_data_does_not_hang_the_walk():
    loop = [
        Department(department_id="a", name="a", parent_id="b"),
        Department(department_id="b", name="b", parent_id="a"),
    ]
    assert rules.subtree("a", loop) == ["a", "b"]


def test_nobody_grants_more_than_he_holds():
    who = Principal(username="s", scope="subtree", permissions=frozenset({"users.write", "customers.read"}))
    rules.check_grant(who, ["customers.read"], "department")
    with pytest.raises(GrantsTooMuch) as refused:
        rules.check_grant(who, ["customers.read", "flows.write"], "own")
    assert refused.value.params == {"what": "flows.write"}
    with pytest.raises(GrantsTooMuch):
        rules.check_grant(who, [], "all")


def test_the_last_administrator_stays():
    admin = _user(username="a", roles=["administrator"])
    assert rules.administrators_after(["a", "b"], "a", None) == ["b"]
    assert rules.administrators_after(["b"], "a", admin) == ["a", "b"]
    for after in (
        None,
        _user(username="a", roles=["agent"]),
        _user(username="a", roles=["administrator"], disabled=True),
    ):
        with pytest.raises(LastAdministrator):
            rules.administrators_after(["a"], "a", after)


@pytest.mark.parametrize(
    "query",
    ["zs", "zhangsan", "张", "zhsan", "u7", " ZHANG "],
    ids=["initials", "pinyin", "name", "letters in order", "username", "blanks and capitals"],
)
def test_the_address_book_finds_names_as_people_type_them(query):
    user = _user(username="u7", name="张三", pinyin="zhangsan", initials="zs", extension="1001")
    other = _user(username="u8", name="李四", pinyin="lisi", initials="ls", extension="1002")
    assert rules.match_score(query, user) > 0
    assert rules.match_score(query, other) == 0


def test_better_matches_score_higher():
    user = _user(username="u7", name="张三", pinyin="zhangsan", initials="zs", extension="1001")
    scores = [rules.match_score(query, user) for query in ("1001", "100", "angsa", "zgn", "")]
    assert scores == [5, 4, 3, 2, 1]
    assert rules.match_score("z9", user) == 0


def test_the_catalogue_and_the_builtin_roles_agree():
    names = [permission.name for permission in CATALOGUE]
    assert len(names) == len(set(names)) == 51
    assert all(permission.label.zh_cn and permission.label.en for permission in CATALOGUE)
    assert set(BUILTIN) == {"agent", "supervisor", "qa", "administrator", "finance", "integrator"}
    for role in BUILTIN.values():
        assert set(role.permissions) <= ALL
        assert {"self.read", "address_book.read"} <= set(role.permissions)
    assert set(BUILTIN["administrator"].permissions) == ALL
