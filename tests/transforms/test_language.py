"""The language of what is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boiloff.transforms import Block, Capture, DetectLanguage, Page, Removal, parse
from boiloff.transforms.language import BY_NAME, MORE_LANGUAGES, declared_language, detect, main_script

SENTENCES = {
    "en": "The harbour master counted the boats twice before he wrote the number down.",
    "de": "Der Hafenmeister zählte die Boote zweimal, bevor er die Zahl aufschrieb.",
    "ja": "港長は数を書き留める前に、船を二度数えた。それから灯台へ行った。",
    "ru": "Начальник порта дважды пересчитал лодки, прежде чем записать их число.",
    "und": "12:30 – 14:45",
}


# Languages that langdetect has no profile for.
BY_WORDS = [
    ("la", "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore."),
    ("la", "Naves in portu erant, sed ventus nihil movit, et nautae diu exspectabant, ut mare tranquillum esset."),
    ("is", "Gamla bryggjan hefur verið lokuð í tvo vetur, en þegar vorar verður hún opnuð á ný fyrir alla."),
    ("eu", "Portua itxita egon da bi neguz, baina orain ontziak itzuli dira eta lehen ferria sei etan irtengo da."),
    ("ga", "Tá an seanché dúnta le dhá gheimhreadh anuas, ach osclófar arís é san earrach agus beidh bád ag a sé."),
    (
        "eo",
        "La malnova kajo estas fermita dum du vintroj, kaj nun oni malfermas ĝin por ĉiuj, kiuj loĝas apud la maro.",
    ),
    ("az", "Gəmilər körpünün yanında dayanmışdı və külək axşama qədər gəlmədi, lakin dənizçilər hazır idi."),
    ("fr", "Et il est sorti sans dire un mot, et la porte est restée ouverte ; le vent est entré dans la maison."),
    ("tr", "Eski iskele iki kış boyunca kapalıydı ve bu ilkbahar bütün şehir için yeniden açılacak."),
    ("ca", "Les barques eren al moll i el vent no va arribar fins al vespre, però els mariners ja estaven preparats."),
    ("es", "En la casa de la playa no hay luz por la noche, y los niños esperan en la escalera con la lámpara."),
    ("no", "Båtene lå ved kaia da vinden kom, og det var ikke mulig å seile før det ble kveld over havnen."),
]


@pytest.mark.parametrize(("language", "text"), BY_WORDS)
def test_words_show_a_language_without_a_profile(language, text):
    assert detect(text)[0] == language


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


# Language of the text, what the page declares, and what is said: in five scripts and more.
DECLARED = [
    ("zh-tw", "zh-Hant", "電腦課程調查：這些機構開辦的課程多半以基本的電腦操作為主。"),
    ("zh-tw", "", "條例草案月底首讀，議員說今年內可望通過。"),
    ("zh-cn", "zh-TW", "港务长把船数了两遍，才把数字写下来。然后他去了灯塔。"),
    ("zh-tw", "zh-HK", "一二三四五六七八九十，上下大小人口手山水。"),
    ("ja", "en", "港長は数を書き留める前に、船を二度数えた。"),
    ("ko", "en-US", "항만장은 숫자를 적기 전에 배를 두 번 세었다."),
    ("ru", "en", "Откройте консоль как root и введите apt update, затем apt install nginx."),
    ("el", "", "Καλημέρα"),
    ("ka", "", "ნავსადგურის უფროსმა ნავები ორჯერ დათვალა."),
    ("hy", "hy", "Նավահանգստի պետը երկու անգամ հաշվեց նավակները։"),
    ("yi", "yi", "דער קאפיטאן האט צוויי מאל געציילט די שיפלעך."),
    ("he", "he-IL", "מנהל הנמל ספר את הסירות פעמיים לפני שכתב את המספר."),
    ("ms", "ms-MY", "Ketua pelabuhan mengira bot dua kali sebelum dia menulis nombor itu di dalam buku."),
    ("id", "en", "Kepala pelabuhan menghitung perahu dua kali sebelum dia menulis angkanya di buku."),
    ("gl", "gl", "O capitán do porto contou as barcas dúas veces antes de escribir o número no libro."),
    ("sr", "sr", "Лучки капетан је два пута пребројао чамце пре него што је записао број."),
    ("bs", "bs-BA", "Lučki kapetan je dvaput prebrojao čamce prije nego što je zapisao broj u knjigu."),
    ("be", "be", "Начальнік порта двойчы палічыў чаўны, перш чым запісаць іх колькасць у кнігу."),
    ("no", "nb", "Havnefogden telte båtene to ganger før han skrev tallet ned i boken sin."),
    ("nn", "nn-NO", "Hamnefuten talde båtane to gonger før han skreiv talet ned i boka si."),
    ("zu", "zu", "Umphathi wetheku wabala izikebhe kabili ngaphambi kokuba abhale inombolo encwadini yakhe enkulu."),
    ("de", "en", "Der Hafenmeister zählte die Boote zweimal, bevor er die Zahl aufschrieb."),
    ("en", "de", "The harbour master counted the boats twice before he wrote the number down."),
    ("de", "de", "Boote gezählt"),
    ("an", "an", "O puerto ye en a marguin dreita d'o río, y os pescadors i tornan cada nueit con as barcas."),
    ("es", "es", "El puerto está en la orilla derecha del río, y los pescadores vuelven cada noche con las barcas."),
    ("nds", "nds", "De Haven liggt an de rechte Siet vun'n Stroom, un de Fischers kaamt elkeen Avend torüch."),
    ("scn", "scn", "Lu portu sta a manu dritta di lu ciumi, e li piscatura tornanu ogni sira cu li varchi."),
    ("pt", "br", "O porto fica na margem direita do rio, e os pescadores voltam todas as noites com os barcos."),
    ("und", "", "Boote gezählt"),
    ("und", "de", "12:30 – 14:45"),
]


@pytest.mark.parametrize(("language", "declared", "text"), DECLARED)
def test_script_declaration_and_profiles_decide_together(language, declared, text):
    found, score = detect(text, declared=declared)
    assert found == language
    assert 0 <= score <= 1
    assert (score > 0) == (language != "und")


@pytest.mark.parametrize("markup", ['<html lang="sr">', '<html><meta property="og:locale" content="sr_RS">'])
def test_a_page_declares_its_language_in_either_place(markup):
    text = "Лучки капетан је два пута пребројао чамце пре него што је записао број."
    assert DetectLanguage().clean(parse(Capture(body=f"{markup}<p>{text}</p>"))).language == "sr"


@pytest.mark.parametrize(
    ("code", "language"),
    [("pt-BR", "pt"), ("zh", "zh-cn"), ("ZH_hant", "zh-tw"), ("iw", "he"), ("nb-NO", "no"), ("", ""), ("x-klingon", ""),
     ("german", ""), ("e1", "")],
)  # fmt: skip
def test_declared_codes(code, language):
    assert declared_language(code) == language


@given(st.text(max_size=200), st.sampled_from(["", "en", "zh-TW", "sr", "zu", "x"]))
def test_no_answer_is_written_in_another_script(text, declared):
    language, _ = detect(text, declared=declared)
    script = main_script(text[:300])
    known = (*BY_NAME[script].languages, *MORE_LANGUAGES.get(script, ())) if script else ()
    assert language == "und" or language in known


def test_trials_are_ignored_with_a_warning():
    with pytest.warns(DeprecationWarning, match="ignores trials"):
        assert DetectLanguage(trials=7).min_width == 25
