"""Whose boxes a user may hear."""

from chalicelib.acd.reach import groups_within
from chalicelib.directory import tables as directory
from chalicelib.kernel.principal import Principal

Boxes = tuple[str, ...]


def boxes_of(who: Principal) -> Boxes:
    """Return the boxes whose messages the user may hear; none without `voicemail.read`.

    His own, his extensions', those of the groups that he is a member of or that lie in his data scope. What was left
    for one person is for him alone, whatever another's scope.
    """
    if not who.may("voicemail.read"):
        return ()
    extensions = (f"extension:{found.extension}" for found in directory.extensions.of_user(who.username))
    groups = (f"group:{id}" for id in sorted(groups_within(who)))
    return (f"agent:{who.username}", *sorted(extensions), *groups)
