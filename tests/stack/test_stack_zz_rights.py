"""After everything that the stack tests did: no function asked AWS for more than its policy allows."""

from infrastructure.local.runner.rights import FILE
from infrastructure.local.settings import Settings


def test_no_function_went_beyond_its_rights(stack: Settings) -> None:
    refused = stack.home / FILE
    assert not refused.exists(), refused.read_text()
