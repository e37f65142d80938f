"""How sure the classifier is of a whole text: sure of an article, not of teasers, and silent about text captures."""

from __future__ import annotations

from boiloff import clean, clean_text
from boiloff.transforms.classifier.classify import EVIDENCE
from boiloff.transforms.data import read_data

SENTENCES = (
    "The harbour master counted the boats twice, as he did every evening, before he wrote the number down.",
    "Nobody on the quay seemed to mind. Two women shared a flask of tea, and a boy counted the gulls on the roof.",
    "By the time the engine started the tide had turned, and the crossing took twice as long as it should have.",
    "The keeper's report of that morning runs to four pages, and it does not once mention the key or the drawer.",
)
MENU = "<nav><a href=/>Home</a><a href=/b>Boats</a></nav>"
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
ARTICLE = f"<title>Late ferry</title><body>{MENU}<article><h1>Late ferry</h1>{TEXT}</article></body>"
TEASERS = "".join(
    f"<div class=c{day}><h3><a href=/{day}>A ferry was late on day {day}</a></h3><p>Read more about it. {SENTENCES[day % 4]}</p></div>"
    for day in range(30)
)


def test_an_article_scores_higher_than_a_page_of_teasers():
    article, teasers = clean(ARTICLE).text_score, clean(f"{MENU}{TEASERS}").text_score
    assert article > 0.8
    assert teasers < article - 0.05


def test_the_record_has_the_score():
    assert 0.8 < clean(ARTICLE).to_dict()["text_score"] <= 1


def test_a_text_capture_is_not_judged():
    assert clean_text("\n\n".join(SENTENCES)).text_score == -1


def test_each_weight_belongs_to_evidence():
    assert tuple(read_data("text_score")["weights"]) == EVIDENCE
