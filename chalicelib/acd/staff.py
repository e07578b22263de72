"""Whether anybody has signed in to a group.

Signing in notes it in the same transaction; signing out leaves the note, which is dropped by whoever meets it. So the
answer costs one query and one batch read however large the group is, but for notes that are met once.
"""

from chalicelib.acd.model.agent import Agent
from chalicelib.acd.ports import Store
from chalicelib.acd.rules.lists import staff_list

PAGE = 25


def staffed(store: Store, group_id: str, *, tidy: bool = True) -> bool:
    """Return whether somebody is signed in to a group, in whatever state. tidy: drop the notes of who has left."""
    after = ""
    while notes := store.waiting(staff_list(group_id), PAGE, after):
        found = store.agents([note.sort for note in notes])
        if any(_serves(agent, group_id) for agent in found.values()):
            return True
        for note in notes if tidy else []:
            store.drop_set(note)
        after = notes[-1].sort
    return False


def _serves(agent: Agent, group_id: str) -> bool:
    return any(place.group_id == group_id for place in agent.groups)
