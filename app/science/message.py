"""Text of the science that can be said in another language."""

from typing import Any


class Message(str):
    """English text that remembers its template and the values in it.

    >>> Message("{count:,} updates", count=1050)
    '1,050 updates'
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> "Message":
        """The template, with its values in their places as `str.format` puts them."""
        text = super().__new__(cls, template.format(**values))
        text.template, text.values = template, values
        return text

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """What it is pickled as, on its way to worker processes and back."""
        return (self.template,), self.values
