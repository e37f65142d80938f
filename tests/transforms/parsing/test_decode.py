import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms.compiled.utf8 import is_utf8
from boiloff.transforms.parsing import decode as decoding

GERMAN = "Die Fähre über den großen Fluß fährt täglich früh; Bürger können Plätze für später wählen. " * 5
RUSSIAN = "Паром отходит ровно в полдень, сообщила администрация гавани. Билеты продают на причале. " * 5
POLISH = "Prom odpływa w południe, powiedział kapitan żeglugi. Bilety można kupić na przystani późnym świtem. " * 5
JAPANESE = "渡し船は正午に出航しますと港の事務所が発表しました。切符は桟橋で買えます。" * 5
KOREAN = "나룻배는 정오에 출발한다고 항구 사무소가 밝혔습니다. 표는 선착장에서 살 수 있습니다. " * 5


def decode(body, content_type=""):
    """The text and whether it was guessed; as UTF-8 it is the same."""
    said = decoding.decode(body, content_type)
    assert said.utf8.decode() == said.text
    return said.text, said.guessed


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode("utf-8-sig"), "text/html; charset=koi8-r", "é"),
        ("é".encode("utf-16"), "", "é"),
        ("é".encode("latin-1"), "text/html; charset=ISO-8859-1", "é"),
        (b'<meta charset="windows-1251">\xcf', "text/html", '<meta charset="windows-1251">П'),
        (b'<meta charset="utf-16"><p>\xc3\xa9', "", '<meta charset="utf-16"><p>é'),
        ("Fähre".encode(), "", "Fähre"),
        (b"", "", ""),
    ],
)
def test_mark_then_header_then_declaration_then_utf_8(body, content_type, text):
    assert decode(body, content_type) == (text, False)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen_by_its_nul_bytes(encoding):
    assert decode("<p>The ferry sails</p>".encode(encoding)) == ("<p>The ferry sails</p>", True)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "windows-1252"),
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (POLISH, "iso-8859-2"),
        (POLISH, "windows-1250"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (KOREAN, "euc-kr"),
    ],
)
def test_undeclared_encodings_are_guessed(text, encoding):
    assert decode(f"<p>{text}</p>".encode(encoding)) == (f"<p>{text}</p>", True)


def test_a_few_bad_bytes_do_not_overrule_a_declared_encoding():
    body = "Fähre über Brücke und Höhe für später ".encode() * 5 + b"\xff"
    text, guessed = decode(body, "text/html; charset=utf-8")
    assert text.count("\ufffd") == 1
    assert not guessed


def test_utf_8_overrules_a_declaration_that_the_bytes_do_not_fit():
    assert decode("漢字と仮名".encode(), "text/html; charset=euc-jp") == ("漢字と仮名", True)


def test_nul_and_lone_surrogates_become_replacement_characters():
    assert decode(b"a\0b") == ("a\ufffdb", False)
    assert decode(b"\xff\xfea\x00\x00\xd8b\x00")[0] == "a\ufffdb"


@given(st.binary(max_size=300), st.sampled_from(["", "text/html; charset=utf-8", "text/html; charset=no-such"]))
def test_any_bytes_decode_to_text_that_can_be_written(body, content_type):
    text, _ = decode(body, content_type)
    assert "\0" not in text
    text.encode("utf-8")


@pytest.mark.parametrize("head", ["", "<meta charset=utf-8>"])
def test_a_body_that_is_utf_8_is_not_copied(head):
    body = f"{head}<p>{JAPANESE}".encode()
    assert decoding.decode(body).utf8 is body


CHARACTERS = st.sampled_from([
    "a" * 40, "é", "\u07ff", "\u0800", "\ud7ff", "\ue000", "潮", "\U00010000", "\U0010ffff",
])  # fmt: skip
# What begins, continues or ends a character, and bytes on both sides of each bound.
BYTES = st.sampled_from([
    0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF,
])  # fmt: skip


@given(st.lists(CHARACTERS), st.lists(BYTES, max_size=5).map(bytes), st.lists(CHARACTERS))
def test_what_is_utf_8_is_what_python_takes_for_it(before, between, after):
    body = "".join(before).encode() + between + "".join(after).encode()
    try:
        body.decode()
    except UnicodeDecodeError:
        assert not is_utf8(body)
    else:
        assert is_utf8(body)
