"""What can go wrong when a report is drawn."""


class RenderingFailed(RuntimeError):
    """The document could not be made; the message is for those who run the system."""
