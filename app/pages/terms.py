"""A page's terms: where each comes first in its text it becomes a button that explains it."""

from html import unescape
from html.parser import HTMLParser

from markupsafe import Markup, escape

from app.words.terms import TERMS, occurrence

TEXTS = {"p", "li", "dd"}  # and what explains a figure
# What is pressed, named or hidden is left as it is, and what a script fills in.
NEVER = {
    "a", "button", "dialog", "h1", "h2", "h3", "label", "legend", "math", "nav",
    "noscript", "option", "script", "select", "summary", "svg", "template", "textarea", "title",
}  # fmt: skip
FILLED = {"aria-live", "data-sentence", "data-note", "data-terms", "role"}
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}


def explained(page: str) -> Markup:
    """HTML whose terms, each where it first stands in a sentence, open their explanation."""
    marker = _Marker()
    marker.feed(page)
    marker.close()
    return Markup("".join(marker.out))  # noqa: S704 - as it was, and buttons


def button(id_: str, text: Markup) -> str:
    """A term within a sentence."""
    return f'<button type="button" class="term" popovertarget="what-{id_}">{text}</button>'


class _Marker(HTMLParser):
    """Writes what it reads, the terms marked."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.open: list[tuple[str, bool | None]] = []  # and whether terms are marked in it
        self.text: list[str] = []  # of the piece being read, references as they stand
        self.left = dict.fromkeys(TERMS)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag in VOID:
            return
        named = dict(attrs)
        if tag in NEVER or FILLED & named.keys():
            self.open.append((tag, False))
        else:
            told = tag in TEXTS or "explains" in (named.get("class") or "").split()
            self.open.append((tag, told or None))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._flush()
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        self.out.append(f"</{tag}>")
        if any(tag == each for each, _ in self.open):  # the end of an item may be left out
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_entityref(self, name: str) -> None:
        self.text.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._flush()
        self.out.append(f"<!--{data}-->")

    def close(self) -> None:
        super().close()
        self._flush()

    def _flush(self) -> None:
        text, self.text = "".join(self.text), []
        inside = {marked for _, marked in self.open}
        self.out.append(self._marked(text) if True in inside and False not in inside else text)

    def _marked(self, text: str) -> str:
        """Text with the terms in it that have not come before."""
        plain = unescape(text)
        found = [(match.span(), id_) for id_ in self.left if (match := occurrence(plain, id_))]
        # Where terms overlap, as batch size in critical batch size, it is the longest.
        found.sort(key=lambda each: each[0][0] - each[0][1])
        taken: list[tuple[tuple[int, int], str]] = []
        for (start, end), id_ in found:
            if all(end <= s or start >= e for (s, e), _ in taken):
                taken.append(((start, end), id_))
        done, out = 0, []
        for (start, end), id_ in sorted(taken):
            out += [str(escape(plain[done:start])), button(id_, escape(plain[start:end]))]
            done = end
            del self.left[id_]
        return "".join([*out, str(escape(plain[done:]))]) if out else text
