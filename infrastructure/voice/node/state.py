"""Whether a node takes calls."""

from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.node.settings import NodeSettings


class NodeState:
    """Draining or not, full or not."""

    def __init__(self, settings: NodeSettings, exchange: Exchange) -> None:
        self.settings = settings
        self.draining = False
        self._exchange = exchange

    def legs(self) -> int:
        """Return how many legs are in progress."""
        return len(self._exchange.active_calls())

    def may_enter(self) -> bool:
        """Tell whether an INVITE may come in."""
        return self.takes_calls

    @property
    def takes_calls(self) -> bool:
        """Tell whether a new call may come in, or be made by REST."""
        return not self.draining and self.legs() < self.settings.max_legs
