"""What upper domains may listen to. Sent after flush, within the transaction; the sender is the ``Deadline``.

Every signal carries ``now`` (aware UTC); ``deadline_moved`` also ``old_due_on``.
"""

from blinker import Namespace

_signals = Namespace()

deadline_made = _signals.signal("deadline-made")
deadline_moved = _signals.signal("deadline-moved")
# The same date, to be spoken of on other days.
deadline_replanned = _signals.signal("deadline-replanned")
deadline_met = _signals.signal("deadline-met")
deadline_cancelled = _signals.signal("deadline-cancelled")
deadline_reopened = _signals.signal("deadline-reopened")
