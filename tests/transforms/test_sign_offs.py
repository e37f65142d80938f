from __future__ import annotations

import json

from cases import CASES, page_of

from boiloff.transforms.data import topics
from boiloff.transforms.sign_offs import RemoveSignOffs

LANGUAGES = "en de fr es pt it nl sv da no fi pl cs ru uk tr ro hu el ar he fa hi id vi th zh ja ko".split()


def test_every_language_has_phrases_and_a_case() -> None:
    for name in ("sign_offs", "sign_offs_follow"):
        assert set(topics(f"phrases/{name}")["weak contains"]) == set(LANGUAGES)
    synthetic = json.loads((CASES / "sign_offs" / "synthetic.json").read_text("utf-8"))
    assert {case["about"][:2] for case in synthetic} >= set(LANGUAGES)


def test_evidence_names_each_piece() -> None:
    page = page_of({"text": ["@article", "", "Got a tip? Email us: tips@tideway.example"]})
    mark = RemoveSignOffs().clean(page).removals[-1]
    assert mark is not None
    assert (mark.reason, mark.rule) == ("other", "sign_offs")
    assert mark.evidence == (
        "a phrase of sign-offs (en): email us; a phrase of sign-offs (en): got a tip; gives an address"
    )


def test_who_asks_to_be_followed_asks_to_sign_up() -> None:
    mark = RemoveSignOffs().clean(page_of({"text": ["@article", "", "Sledujte nás na Facebooku"]})).removals[-1]
    assert mark is not None
    assert mark.reason == "sign-up"
