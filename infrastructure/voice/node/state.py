"""Whether a node takes calls."""

from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.node.settings import NodeSettings
from infrastructure.voice.sound.mixer import Mixer


class NodeState:
    """Draining or not, full or not."""

    def __init__(self, settings: NodeSettings, exchange: Exchange, mixer: Mixer) -> None:
        self.settings = settings
        self.draining = False
        self._exchange = exchange
        self._mixer = mixer

    def legs(self) -> int:
        """Return how many legs are in progress: calls that ring have no sound, guests of other nodes are no calls."""
        return max(len(self._exchange.active_calls()), len(self._mixer.ports))

    def may_enter(self) -> bool:
        """Tell whether an INVITE may come in."""
        return self.takes_calls

    @property
    def takes_calls(self) -> bool:
        """Tell whether a new call may come in, or be made by REST."""
        return not self.draining and self.legs() < self.settings.max_legs
