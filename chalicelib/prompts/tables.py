"""How prompts are stored: versioned records, read many at a time by calls."""

from collections.abc import Iterable

from chalicelib.kernel.records import Collection
from chalicelib.prompts.model import Prompt

prompts: Collection[Prompt] = Collection("prompts", Prompt, "prompt_id", "prompt")


def find_many(prompt_ids: Iterable[str]) -> dict[str, Prompt]:
    """Return prompts by id, read consistently; those that do not exist are left out."""
    keys = [("default", prompt_id) for prompt_id in prompt_ids]
    found = prompts.model.batch_get(keys, consistent_read=True) if keys else ()
    return {item.data.prompt_id: item.data for item in found}
