import re

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
    """Return the text and whether its encoding was guessed; it is the same as UTF-8."""
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


GREEK = "Το πλοίο αναχωρεί το μεσημέρι, ανακοίνωσε το λιμεναρχείο. Τα εισιτήρια πωλούνται στην προβλήτα. " * 5
HEBREW = "המעבורת יוצאת בצהריים, הודיעה הנהלת הנמל. את הכרטיסים אפשר לקנות ברציף. " * 5
ARABIC = "تغادر العبارة عند الظهر كما أعلنت إدارة الميناء. تباع التذاكر على الرصيف. " * 5
CHINESE = "港务办公室宣布，渡轮正午启航。船票可以在码头购买。" * 5


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (GREEK, "windows-1253"),
        (HEBREW, "windows-1255"),
        (ARABIC, "windows-1256"),
        (CHINESE, "gb2312"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "shift_jis"),
        (KOREAN, "euc-kr"),
        (GERMAN, "utf-8"),
        (CHINESE, "utf-8"),
    ],
)
def test_a_western_declaration_over_another_script_is_corrected(text, encoding, declared):
    page = f'<meta charset="{declared}"><p>{text}</p>'
    found = decoding.decode(page.encode(encoding))
    assert found.text == page
    assert found.guessed
    guessed, corrected = found.flags()
    assert guessed == "encoding_guessed"
    assert corrected == f"encoding_corrected:cp1252>{found.encoding.lower()}"


@pytest.mark.parametrize("declared", ["gbk", "big5", "windows-1251", "koi8-r", "iso-8859-7"])
@pytest.mark.parametrize("text", ["Die Mole öffnet früh.", "La jetée rouvre.", "El muelle abrió.", "Molo zamknięte."])
def test_few_letters_inside_latin_words_show_utf_8_under_a_declaration_of_another_script(declared, text):
    page = f'<meta charset="{declared}"><p>{text}</p>'
    assert decoding.decode(page.encode()).text == page


@pytest.mark.parametrize("declared", ["gbk", "big5", "shift_jis", "euc-kr", "windows-1251", "iso-8859-7"])
@pytest.mark.parametrize("sign", ["è", "É", "·", "©", "“ebb”", "’", "€", "\xa0", "\ufffd", "– Ö –"])
def test_a_lone_latin_letter_or_sign_shows_utf_8_under_a_declaration_of_another_script(declared, sign):
    page = f'<meta charset="{declared}"><p>The tide {sign} the mole</p>'
    assert decoding.decode(page.encode()).text == page


@pytest.mark.parametrize("declared", ["gbk", "euc-kr", "shift_jis", "windows-1251"])
@pytest.mark.parametrize("text", ["The café opens.", "It doesn’t.", "Zwei Gärten", "Élan © 2020"])
def test_single_western_bytes_in_words_overrule_a_declaration_of_another_script(declared, text):
    page = f'<meta charset="{declared}"><p>{text}</p>'
    found = decoding.decode(page.encode("windows-1252"))
    assert (found.text, found.encoding) == (page, "windows-1252")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("В 5 ч.", "windows-1251"),
        ("Мол", "windows-1251"),
        ("μ", "iso-8859-7"),
        ("旧 A1", "gbk"),
        ("港 3", "shift_jis"),
        ("항", "euc-kr"),
    ],
)
def test_few_letters_of_the_declared_script_stay(text, encoding):
    page = f'<meta charset="{encoding}"><p>Pier {text}</p>'
    assert decoding.decode(page.encode(encoding)).text == page


INVALID = [b"\xff", b" caf\xe9 bar", b"don\x92t", "潮".encode()[:2] + b"...", b" \xa9 2020"]


@pytest.mark.parametrize("declared", ["", "gbk", "big5", "shift_jis", "windows-1251", "iso-8859-1"])
@pytest.mark.parametrize("text", [CHINESE, JAPANESE, KOREAN, RUSSIAN, ARABIC, GREEK, POLISH, GERMAN])
@pytest.mark.parametrize("invalid", INVALID)
def test_utf_8_with_an_invalid_byte_is_utf_8(text, declared, invalid):
    page = (f'<meta charset="{declared}">' if declared else "") + f"<p>{text}</p>"
    found = decoding.decode(page.encode() + invalid)
    assert (found.text[: len(page)], found.encoding, found.guessed) == (page, "utf-8", True)


@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CHINESE, "gb2312"), (CHINESE, "big5"), (JAPANESE, "euc-jp"), (JAPANESE, "shift_jis"), (KOREAN, "euc-kr")],
)
@pytest.mark.parametrize("foreign", [" caf\xe9 bar".encode("latin-1"), " è ".encode(), " €5 ".encode(), b"\xb8... "])
def test_an_encoding_of_several_bytes_is_detected_beside_a_few_foreign_bytes(text, encoding, declared, foreign):
    page = (f'<meta charset="{declared}">' if declared else "") + f"<p>{text}</p>"
    before, after = (part.encode(encoding, "ignore") for part in (page, text))  # Big5 lacks a sign of CHINESE
    found = decoding.decode(before + foreign + after)
    assert found.text.startswith(before.decode(encoding))
    assert found.text.endswith(after.decode(encoding))


@pytest.mark.parametrize("text", ["港の 3 番", "旧码头 A1"])
def test_few_signs_of_another_script_do_not_show_utf_8(text):
    page = f'<meta charset="gbk"><p>{text[:1]}</p>'
    assert decoding.decode(page.encode("gbk")).text == page


@pytest.mark.parametrize("declared", ["gbk", "shift_jis", "windows-1251", "iso-8859-2"])
def test_utf_8_under_another_declaration_is_utf_8(declared):
    page = f'<meta charset="{declared}"><p>{GREEK}</p>'
    found = decoding.decode(page.encode())
    assert (found.text, found.encoding) == (page, "utf-8")


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        "Été à l’ÎLE-D’ŒUVRE : « naïf » – 5 £ §§§ " * 9,
        "×××× ½½½½ »»»»»»»» ······· Menu ······· Straße",
        "Ç'a été créé — ÀÉÈÙ ÇÀ ÉÉÉ, ¿QUÉ? ¡ÑÑÑ! ÄÖÜ ÄÖÜ ÄÖÜß",
    ],
)
def test_a_western_declaration_over_western_text_stands(text):
    page = f'<meta charset="windows-1252"><p>{text}</p>'
    found = decoding.decode(page.encode("windows-1252"))
    assert (found.text, found.flags()) == (page, ())


@pytest.mark.parametrize("text", [GERMAN, "« Déjà vu », dit-elle — l’été s’achève. " * 5, "Ça coûte 5 £ à l’été. " * 9])
@pytest.mark.parametrize("encoding", ["windows-1252", "latin-1"])
def test_text_encoded_twice_is_repaired(text, encoding):
    found = decoding.decode(text.encode().decode(encoding).encode())
    assert found.text == text
    assert found.flags() == ("encoding_corrected:utf-8 twice>utf-8", "mojibake")


@pytest.mark.parametrize("text", [RUSSIAN, GREEK, POLISH])
def test_text_of_other_scripts_encoded_twice_is_repaired_where_nothing_was_lost(text):
    assert decoding.decode(text.encode().decode("latin-1").encode()).text == text


SENTENCES = (
    "Die FÃ¤hre legt an. ",
    "l’étÃ© ",
    "â€œ",
    "Ã",
    "é",
    "ж",
    "\x1e",
    "\n",
    "<p class='a plain and long tag'>",
    "tide ",
)


@given(st.lists(st.sampled_from(SENTENCES), max_size=30).map("".join))
def test_to_leave_markup_out_changes_no_repair(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "LONG_ASCII", re.compile(r"(?!)"))
        expected = decoding._repair(text)
    assert decoding._repair(text) == expected


def test_an_article_about_mojibake_keeps_its_examples():
    text = f"{GERMAN} Aus „é“ wird „Ã©“, aus „ü“ wird „Ã¼“, aus „ö“ wird „Ã¶“: so sieht doppelt kodierter Text aus."
    assert decoding.decode(text.encode()) == decoding.Decoded(text.encode(), encoding="utf-8")


@given(st.binary(max_size=400), st.sampled_from(["", "text/html; charset=iso-8859-1", "text/html; charset=gbk"]))
def test_any_bytes_are_decoded(body, content_type):
    decode(body, content_type)
