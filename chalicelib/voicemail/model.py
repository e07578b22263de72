"""The words of voicemail."""

from typing import Final, Literal

from chalicelib.kernel.records import Record
from chalicelib.recordings.model import State as AudioState

State = Literal["new", "heard", "handled"]
Asked = Literal["open", "handled"]
"""What a list shows. open: new or heard."""

STATES: Final[dict[Asked, tuple[State, ...]]] = {"open": ("new", "heard"), "handled": ("handled",)}


class Voicemail(Record, frozen=True, kw_only=True):
    """A message that a caller left. Instants in ms.

    voicemail_id: that of its recording. box: `group:<id>`, `agent:<username>` or `extension:<number>`. number: the
    caller's, E.164, empty when it was withheld. heard_…: who was the first to hear it; called_back_…: the last to call
    back; handled_…: who closed it. note: what came of it.
    """

    voicemail_id: str
    call_id: str
    box: str
    number: str
    left_at: int
    duration_s: int | None = None
    customer_id: str | None = None
    state: State = "new"
    heard_by: str | None = None
    heard_at: int | None = None
    called_back_by: str | None = None
    called_back_at: int | None = None
    handled_by: str | None = None
    handled_at: int | None = None
    note: str = ""


class VoicemailView(Voicemail, frozen=True, kw_only=True):
    """A message as the API shows it. audio: the state of its recording; it can be heard when `stored`."""

    audio: AudioState
