"""The language of what is kept."""

import pytest

from boiloff.transforms import Block, Capture, DetectLanguage, Page, Removal, parse

SENTENCES = {
    "en": "The harbour master counted the boats twice before he wrote the number down.",
    "de": "Der Hafenmeister zählte die Boote zweimal, bevor er die Zahl aufschrieb.",
    "ja": "港長は数を書き留める前に、船を二度数えた。それから灯台へ行った。",
    "ru": "Начальник порта дважды пересчитал лодки, прежде чем записать их число.",
    "und": "12:30 – 14:45",
}


@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items())
def test_language(language, sentence):
    page = DetectLanguage().clean(Page.from_rows(blocks=(Block(sentence),)))
    assert page.language == language
    assert (page.language_score > 0.9) == (language != "und")


def test_what_is_marked_does_not_count():
    blocks = (Block(SENTENCES["de"]), Block(SENTENCES["en"]))
    page = Page.from_rows(blocks=blocks).mark({0: Removal("comments", "test", "because")})
    assert DetectLanguage().clean(page).language == "en"


def test_the_same_page_has_the_same_score_every_time():
    page = Page.from_rows(blocks=(Block("Dit is een zin over water, wind and weather, half und half."),))
    assert len({DetectLanguage().clean(page).language_score for _ in range(5)}) == 1


def test_chinese_with_many_latin_names_is_chinese():
    text = "我们在 Debian GNU/Linux 上用 Emacs 和 TypeScript 写了一个小工具，它每天早上把 RSS 和 Atom 的条目收到一起。"
    page = DetectLanguage().clean(parse(Capture(body=f"<p>{text}</p>")))
    assert page.language.startswith("zh")


def test_code_is_in_no_language():
    code = "<pre>for (const boat of harbour.boats) { count += boat.isAfloat() ? one : none; }</pre>" * 4
    text = "Der Hafenmeister zählte am Abend die Boote und schrieb die Zahl in ein Buch, das er danach zuschlug. " * 4
    assert DetectLanguage().clean(parse(Capture(body=f"{code}<p>{text}</p>"))).language == "de"
