"""The compiled profiles score a text as langdetect's own n-grams and profiles say, and the step names its language."""

import importlib.util
import json
import math
import pickle
import tracemalloc
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.utils.ngram import NGram

from boiloff.transforms import Block, DetectLanguage, Page
from boiloff.transforms.compiled.language import UNSEEN, LanguageProfiles
from boiloff.transforms.language import detect

SOURCE = Path(__file__).parents[2] / "transforms" / "compiled" / "language.py"
MAX_CHARS = 10_000

SENTENCES = {
    "af": "Die hawemeester het die bote twee keer getel voordat hy die getal neergeskryf het.",
    "ar": "عدّ رئيس الميناء القوارب مرتين قبل أن يكتب العدد في دفتره الكبير.",
    "bg": "Началникът на пристанището преброи лодките два пъти, преди да запише броя им.",
    "bn": "বন্দরের কর্তা নৌকাগুলি দুবার গুনলেন, তারপর সংখ্যাটি খাতায় লিখলেন।",
    "ca": "El capità del port va comptar les barques dues vegades abans d'escriure el nombre.",
    "cs": "Správce přístavu spočítal lodě dvakrát, než to číslo zapsal do velké knihy.",
    "cy": "Cyfrodd meistr yr harbwr y cychod ddwywaith cyn iddo ysgrifennu'r rhif yn ei lyfr.",
    "da": "Havnefogeden talte bådene to gange, før han skrev tallet ned i sin store bog.",
    "de": "Der Hafenmeister zählte die Boote zweimal, bevor er die Zahl aufschrieb.",
    "el": "Ο λιμενάρχης μέτρησε τις βάρκες δύο φορές πριν γράψει τον αριθμό.",
    "en": "The harbour master counted the boats twice before he wrote the number down.",
    "es": "El capitán del puerto contó los barcos dos veces antes de apuntar el número.",
    "et": "Sadamakapten luges paadid kaks korda üle, enne kui ta arvu üles kirjutas.",
    "fa": "رئیس بندر پیش از آنکه شمار را بنویسد قایق‌ها را دو بار شمرد.",
    "fi": "Satamapäällikkö laski veneet kahdesti ennen kuin hän kirjoitti luvun muistiin.",
    "fr": "Le maître du port a compté les bateaux deux fois avant d'écrire le nombre.",
    "gu": "બંદરના વડાએ સંખ્યા લખતા પહેલાં હોડીઓ બે વાર ગણી.",
    "he": "מנהל הנמל ספר את הסירות פעמיים לפני שכתב את המספר.",
    "hi": "बंदरगाह के मुखिया ने संख्या लिखने से पहले नावों को दो बार गिना।",
    "hu": "A kikötőmester kétszer megszámolta a csónakokat, mielőtt leírta a számot.",
    "ja": "港長は数を書き留める前に、船を二度数えた。それから灯台へ行った。",
    "kn": "ಬಂದರಿನ ಮುಖ್ಯಸ್ಥರು ಸಂಖ್ಯೆಯನ್ನು ಬರೆಯುವ ಮೊದಲು ದೋಣಿಗಳನ್ನು ಎರಡು ಬಾರಿ ಎಣಿಸಿದರು.",
    "ko": "항만장은 숫자를 적기 전에 배를 두 번 세었다. 그리고 등대로 갔다.",
    "lt": "Uosto viršininkas du kartus suskaičiavo valtis, kol užrašė skaičių.",
    "ml": "തുറമുഖ മേധാവി എണ്ണം എഴുതുന്നതിനു മുമ്പ് ബോട്ടുകൾ രണ്ടുതവണ എണ്ണി.",
    "pa": "ਬੰਦਰਗਾਹ ਦੇ ਮੁਖੀ ਨੇ ਗਿਣਤੀ ਲਿਖਣ ਤੋਂ ਪਹਿਲਾਂ ਕਿਸ਼ਤੀਆਂ ਦੋ ਵਾਰ ਗਿਣੀਆਂ।",
    "pl": "Kapitan portu dwa razy policzył łodzie, zanim zapisał ich liczbę.",
    "ro": "Șeful portului a numărat bărcile de două ori înainte să scrie numărul; țărmul era gol.",
    "ru": "Начальник порта дважды пересчитал лодки, прежде чем записать их число.",
    "ta": "துறைமுக அதிகாரி எண்ணை எழுதும் முன் படகுகளை இரண்டு முறை எண்ணினார்.",
    "te": "నౌకాశ్రయ అధికారి సంఖ్యను రాసే ముందు పడవలను రెండుసార్లు లెక్కించాడు.",
    "th": "นายท่านับเรือสองครั้งก่อนที่เขาจะเขียนจำนวนลงในสมุด",
    "tr": "Liman başkanı sayıyı yazmadan önce tekneleri iki kez saydı.",
    "uk": "Начальник порту двічі перелічив човни, перш ніж записати їхню кількість.",
    "ur": "بندرگاہ کے سربراہ نے تعداد لکھنے سے پہلے کشتیوں کو دو بار گنا۔",
    "vi": "Người quản lý cảng đã đếm thuyền hai lần trước khi ghi con số vào sổ.",
    "zh-cn": "港务长把船数了两遍，才把数字写下来。然后他去了灯塔。",
    "zh-tw": "這個國家的人們會說什麼？他們在學校裡學習，後來為了工作離開家鄉，時間過得很快。",
}

HOSTILE = {
    "empty": "",
    "spaces": " \u00a0\u2003\u3000" * 40,
    "controls": "\x00\x01\t\n\r\x7f\x85",
    "digits": "0123456789 " * 60,
    "addresses": "https://harbour.example/boats?count=2 " * 9,
    "an address without end": "http://" + "a" * 5000 + " the boats",
    "mail": "keeper@harbour.example " * 9,
    "a mail run": "a.b-c_" * 300 + "@" + "d." * 300,
    "emoji": "🚤⚓🌊" * 90,
    "one letter": "a" * 200_000,
    "one accented letter": "é" * 20_000,
    "one sign": "船" * 20_000,
    "capitals": "THE HARBOUR MASTER COUNTED THE BOATS TWICE",
    "half capitals": "THe hARBour MaSTER couNTED tHe BOats",
    "titlecase letters": "ǅ ǈ ǋ ǲ ᾼ ᾈ " * 9,
    "circled capitals": "ⒶⒷ Ⅷ ⅷ \U0001f130 \U0001d400\U0001d41a " * 9,
    "between the cases": "[\\]^_` {|}~ " * 9,
    "lone surrogates": "\ud800 the \udfff boats \udc80\ud8ff " * 9,
    "Vietnamese in parts": "Ngu\u031bo\u031b\u0300i qua\u0309n ly\u0301 ca\u0309ng đe\u0302\u0301m thuye\u0302\u0300n",
    "marks that change the length": "e\u0301" * 6000 + " the boats",
    "marks alone": "\u0300\u0301\u0303\u0309\u0323" * 40,
    "a cut in a word": " " * 9997 + "harbour",
    "a cut before all words": " " * 10_001 + "harbour",
    "Latin among others": SENTENCES["ru"] + " GNU/Linux [x] RSS " + SENTENCES["ja"],
    "two languages": (SENTENCES["da"] + SENTENCES["de"]) * 3,
    "kana and bopomofo": "ひらがな カタカナ ㄅㄆㄇ ㆠㆡ ｶﾀｶﾅ " * 9,
    "Romanian commas": "ș ț ş ţ Ș Ț " * 9,
    "Farsi yeh": "ی ي ى " * 30,
    "no profile has it": "ꙮꙮꙮ ᚠᚢᚦ 𐍈𐌰𐌹 ",
    "right to left marks": "\u202eboats\u202c \u200fthe\u200e",
}


@cache
def factory():
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    return factory


def by_langdetect(text):
    """For each language its log-likelihood and the share of trigrams it knows, over langdetect's n-grams."""
    detector = factory().create()
    detector.append(text)  # which replaces addresses, and joins spaces
    sums, known = dict.fromkeys(factory().langlist, 0.0), dict.fromkeys(factory().langlist, 0)
    for gram in detector._extract_ngrams():
        for language, share in zip(factory().langlist, factory().word_lang_prob_map[gram], strict=True):
            sums[language] += math.log1p(share / UNSEEN)
            known[language] += share > 0 and len(gram) == 3
    trigrams = sum(len(gram) == 3 for gram in all_grams(detector.text))
    return {language: (sums[language], known[language] / max(trigrams, 1)) for language in factory().langlist}


def all_grams(text):
    grams = NGram()
    for char in text:
        grams.add_char(char)
        if not grams.capitalword:
            yield from filter(None, map(grams.get, (1, 2, 3)))


@cache
def profiles():
    return LanguageProfiles(PROFILES_DIRECTORY, MAX_CHARS)


@cache
def uncompiled():
    pytest.importorskip("cython")
    spec = importlib.util.spec_from_file_location("uncompiled_language", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.LanguageProfiles(PROFILES_DIRECTORY, MAX_CHARS)


def check(text, ours=None):
    expected = by_langdetect(text)
    for language, score, share in (ours or profiles()).score(text):
        assert score == pytest.approx(expected[language][0], rel=1e-9)
        assert share == pytest.approx(expected[language][1])


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences(language):
    check(SENTENCES[language])
    assert detect(SENTENCES[language])[0] == language


@pytest.mark.parametrize("language", SENTENCES)
def test_parts_of_sentences(language):
    for size in range(0, len(SENTENCES[language]), 7):
        check(SENTENCES[language][size : 2 * size + 1])


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text(name):
    check(HOSTILE[name])
    language, score = detect(HOSTILE[name])
    assert language
    assert 0 <= score <= 1


ANY_CHARACTER = st.characters(exclude_categories=())
LETTERS = st.sampled_from("".join(SENTENCES.values()) + "".join(text[:200] for text in HOSTILE.values()))
WORDS = st.sampled_from([word for text in SENTENCES.values() for word in text.split()])


@given(st.text(st.one_of(ANY_CHARACTER, LETTERS), max_size=400))
def test_any_text(text):
    check(text)
    language, score = detect(text)
    assert language
    assert 0 <= score <= 1


@given(st.lists(st.one_of(WORDS, st.text(LETTERS, max_size=9)), max_size=60).map(" ".join))
def test_any_words(text):
    check(text)


@pytest.mark.parametrize("text", [*SENTENCES.values(), *(text[:900] for text in HOSTILE.values())])
def test_the_source_gives_the_same_uncompiled(text):
    assert uncompiled().score(text) == profiles().score(text)


def test_nothing_beyond_the_basic_plane_is_rewritten():
    # The profiles do not ask langdetect about these characters.
    assert all(NGram.normalize(chr(code)) == chr(code) for code in range(0x10000, 0x110000, 7))


def test_a_text_is_read_up_to_its_limit():
    long = SENTENCES["de"] * 3
    assert LanguageProfiles(PROFILES_DIRECTORY, len(SENTENCES["de"])).score(long) == profiles().score(SENTENCES["de"])


def test_files_that_are_no_profiles_are_left_out(tmp_path):
    for name, gram in (("aa", "a"), ("bb", "b")):
        profile = {"name": name, "freq": {gram: 5, "abcd": 1, "": 1}, "n_words": [5, 1, 1]}
        (tmp_path / name).write_text(json.dumps(profile), "utf-8")
    (tmp_path / ".hidden").write_text("no profile", "utf-8")
    (tmp_path / "folder").mkdir()
    found = {language: score for language, score, _ in LanguageProfiles(str(tmp_path), 100).score("b b b")}
    assert found.keys() == {"aa", "bb"}
    assert found["bb"] > found["aa"] == 0


def test_more_languages_than_a_byte_can_name(tmp_path):
    for number in range(257):
        profile = {"name": f"l{number}", "freq": {"a": 1}, "n_words": [1, 1, 1]}
        (tmp_path / str(number)).write_text(json.dumps(profile), "utf-8")
    with pytest.raises(ValueError, match="more languages than a byte can name"):
        LanguageProfiles(str(tmp_path), 100)


def test_the_profiles_take_little_memory():
    tracemalloc.start()
    try:
        held = LanguageProfiles(PROFILES_DIRECTORY, MAX_CHARS)
        size, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held.score(SENTENCES["en"])
    assert size < 5 << 20
    assert peak < 10 << 20


def test_the_step_travels_after_it_has_run():
    page = Page.from_rows(blocks=(Block(SENTENCES["fr"]),))
    step = DetectLanguage()
    first = step.clean(page)
    assert pickle.loads(pickle.dumps(step)).clean(page) == first
    assert first.language == "fr"
