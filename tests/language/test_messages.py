"""What is found to be translated."""

import io

import pytest

from app.language.messages import extract_python


def extracted(source: str) -> list[object]:
    return [text for _, _, text, _ in extract_python(io.BytesIO(source.encode()), None, None, {})]


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ("_('one {x}', x=1)", ["one {x}"]),
        ("gettext('a ' 'b')", ["a b"]),
        ("ngettext('one', 'many', n)", [("one", "many")]),
        ("Message('m {x}', x=Message('n'))", ["m {x}", "n"]),
        ("raise ParameterError('p', 1, 'a number')", ["a number"]),
        ("raise ParameterError('p', 1, Message('at least {x}', x=2))", ["at least {x}"]),
        ("gettext(text); ngettext(one, many, 2)", []),
        ("Field(1, title='T', description='D')", ["D", "T"]),
        ("APIRouter(prefix='p', tags=['t'])", ["t"]),
        ("class S(BaseSettings): x = Field(1, description='in English')", []),
        ("@router.get('x')\ndef f(): 'One.\\n\\n    A\\n    paragraph.'", ["One.", "A paragraph."]),
        ("APIRouter(include_in_schema=False)\n@router.get('x')\ndef f(): 'One.'", []),
        ("landscape(title='T', parameters=('x', 'y'), id='i')", ["x", "y", "T"]),
        ("other('words')", []),
    ],
)
def test_messages_are_found(source: str, messages: list[object]) -> None:
    assert extracted(source) == messages


@pytest.mark.parametrize(
    "source",
    ["_(f'{x} y')", "Message('a' + b)", "Field(1, title=f'{x}')", "ngettext('a', f'b', n)"],
)
def test_a_message_that_is_computed_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="written out"):
        extracted(source)
