"""Make the widgets' data files from a catalogue of what comment, share and sign-up systems leave in pages.

The catalogue (`markup.json`) lists, per system, ids, class names and visible strings in many languages, with
the public source of each. What goes into the project are facts alone: names of elements, and labels of at most
six words. Of a longer string only its fingerprint is kept, so that it is recognised and not carried.

    python benchmarks/condense_catalogue.py markup.json transforms/data/catalogue
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from boiloff.transforms.matching.wording import FIRST_UNSPACED, fingerprint, mask_digits, normalise, width

MADE = "Made by benchmarks/condense_catalogue.py"
KINDS = {"comments": "comment systems", "sharing": "share bars", "sign-up": "sign-up forms"}
MAX_LABEL_WORDS, MAX_LABEL_CHARS = 6, 45
# A label of fewer letters says too little to start a widget by itself.
MIN_STRONG_WIDTH = 9

# What a system is for, by a word in the catalogue's description of it.
REASONS = {
    "cookie-notice": "cookie",
    "comments": "comment",
    "sharing": "share",
    "sign-up": "newsletter",
    "link-list": "related",
    "advert": "recommendation / ad",
}
# Systems that the catalogue describes by where they were seen, and what they are for.
SEEN_REASONS = {"onetrust": "cookie-notice", "sourcepoint": "cookie-notice"} | dict.fromkeys(
    ("viafoura", "vuukle", "livefyre"), "comments"
)
# Names that a system uses and that mean other things elsewhere.
TOO_GENERAL = frozenset(
    "author avatar avatar-* avatar-25 avatar-64 avatar-default cn-* comment comment-* comment-header coral "
    "email fb- fn form-submit jetpack-targetable likes nav-links nav-next nav-previous navigation new-comment "
    "photo pingback post-navigation posts-navigation required robots-nocontent root says screen-reader-text "
    "share-* text- text-link "
    "link timeline url vcard".split()
)
# Names of comment sections that any author of a template may choose: they show no
# system. Those that two systems of the catalogue share are known from it.
ANYBODYS = frozenset(
    "comment-0 comment-author comment-body comment-content comment-form comment-form-author comment-form-comment "
    "comment-form-email comment-form-url comment-list comment-meta comment-metadata commentform commentlist comments "
    "comments-area comments-title div-comment-0 reply-title respond".split()
)
IN_COMMON = "common to comment sections"
# Prefixes that belong to one system alone, and stand for the many names that begin with them.
PREFIXES = {
    "wpdiscuz": ("wpd-", "wpdiscuz"), "commento": ("commento-",), "giscus": ("gsc-", "giscus-"), "isso": ("isso-",),
    "addthis": ("addthis_",), "jetpack_related_posts": ("jp-relatedposts",),
}  # fmt: skip
# Lists gathered from pages hold names that sites made up around the system's own: of these, only the names that
# begin with the system's are taken.
SEEN_PREFIXES = {
    "disqus": ("disqus", "dsq-"), "spotim_openweb": ("spot-im-", "spotim"), "sharethis": ("sharethis", "st_facebook",
    "st_twitter", "st_email", "st_sharethis", "st_whatsapp", "st_pinterest", "st_linkedin"), "outbrain": ("outbrain",
    "OUTBRAIN", "ob-rec-", "ob-unit"), "onetrust": ("onetrust-", "optanon-"), "viafoura": ("viafoura", "vf-"),
    "taboola": ("taboola", "trc_"), "vuukle": ("vuukle",), "nativo": ("nativo", "ntv-"), "mgid": ("mgid",),
    "dianomi": ("dianomi",), "zergnet": ("zergnet",), "revcontent": ("revcontent", "RevContent", "rc-widget-"),
    "livefyre": ("livefyre",), "sourcepoint": ("sp_message",), "facebook_comments": ("fb-comments",),
    "mailchimp_embed": ("mc_embed_signup", "mc-embedded-subscribe", "mc-field-group", "mce-"),
}  # fmt: skip
# Places for names and numbers in a string, and the tags around them.
PLACE = re.compile(r"%(?:\d\$)?[sd]|\{\{?\s*\w+\s*\}?\}")
TAG = re.compile(r"<[^<>]*>")
# Keys of strings whose last place is for somebody's name; in all others it is for a number.
NAME_PLACE = re.compile(r"(?:to|as|marked|please) %|says", re.I)
QUOTES = " \xa0\"'“„«(#@"
ALTERNATIVES = re.compile(r"\|\|?|\\n|\n")

# What an English string says if it belongs to a comment widget and to nothing else.
STRONG = re.compile(
    r"comment|repl(?:y|ies)|respon|discussion|conversation|pingback|feedbacks|notify of|not be published|"
    r"required fields",
    re.I,
)
# Strings of a widget that stand elsewhere too.
WEAK = frozenset(
    normalise(label)
    for label in (
        "Name|Email|Website|Comment|Comments|Reply|Edit|Edit This|Share|says|Log in|Login|Log out|Sign in|"
        "Register|Subscribe|Unsubscribe|Newest|Oldest|Most Voted|Vote Up|Vote Down|vote|votes|Anonymous|"
        "Connect with|Cancel|Save|Close|Spoiler|Article Rating|Your Name|Your Email|Label|Insert|Load more|"
        "Show more|Preview|Submit|Send|Write|Sign in with GitHub|reactions|Show All|Email Address|"
        "Your Email Address|Name (optional)|E-mail (optional)|Website (optional)|logged in|More|Like|Loading|"
        "Follow Blog|Share/Bookmark|Share/Save|Share On Facebook|Share On WhatsApp|Share On Twitter"
    ).split("|")
)
# Lists and feeds of the site that happen to be named in the same files.
ELSEWHERE = frozenset(normalise(label) for label in ("Recent Comments", "Comments feed", "Entries feed"))
STRONG_OF_OTHERS = {
    "sharing": re.compile(r"share this|like this|click to|share/", re.I),
    "sign-up": re.compile(r"subscribe to|notify me|join .*subscriber|enter your email|newsletter|mailing list", re.I),
}


def main() -> None:
    """Write `widgets.json` and the labels of each reason into the folder given."""
    catalogue, folder = json.loads(Path(sys.argv[1]).read_text("utf-8")), Path(sys.argv[2])
    systems = catalogue["systems"]
    write(folder / "widgets.json", widgets(systems))
    for reason in ("comments", "sharing", "sign-up"):
        write(folder / f"{reason.replace('-', '_')}.json", labels(systems, reason))


def write(path: Path, content: object) -> None:
    """Write one entry a line, so that a change shows in a diff."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


def reason_of(name: str, kind: str) -> str:
    """Return the reason to remove a system's markup; `""` for navigation, which these rules do not remove."""
    seen = SEEN_REASONS.get(name.split(" ")[0])
    return seen or next((reason for reason, word in REASONS.items() if word in kind), "")


def title(name: str) -> str:
    """Write a system's name as people do, for the ledger."""
    return {"wordpress_core_comments": "WordPress comments", "wpdiscuz": "wpDiscuz"}.get(
        name, re.sub(r" \(.*", "", name).replace("_", " ").capitalize()
    )


def widgets(systems: dict[str, dict]) -> dict[str, object]:
    """Return ids and classes by system. `*` at the end of a name stands for anything, `0` in it for any number."""
    found = {}
    for name, system in systems.items():
        names = {key: condensed(name, system[key]) for key in ("ids", "classes")}
        reason = reason_of(name, system["kind"])
        if reason and any(names.values()):
            found[title(name)] = {"reason": reason, **names}
    found = {IN_COMMON: in_common(found), **found}
    return {
        "about": [
            "Ids and class names that comment, share, sign-up, cookie and advert systems give their elements,",
            "and names that comment sections of any system have.",
            "A * at the end stands for anything, a 0 for any number.",
            f"{MADE} from the public sources below.",
        ],
        "source": sources(systems),
        "systems": found,
    }


def in_common(found: dict[str, dict]) -> dict[str, object]:
    """Remove from each system the names of comment sections that others have too, and return them."""
    shared: dict[str, list[str]] = {}
    of_comments = [system for system in found.values() if system["reason"] == "comments"]
    for kind in ("ids", "classes"):
        counts = Counter(name for system in of_comments for name in system[kind])
        general = {name for name, count in counts.items() if count > 1 or name in ANYBODYS}
        shared[kind] = sorted(general)
        for system in of_comments:
            system[kind] = [name for name in system[kind] if name not in general]
    return {"reason": "comments", **shared}


def sources(systems: dict[str, dict]) -> list[str]:
    """Return the repositories whose templates and translations were read."""
    named = (source.split(":")[0] for system in systems.values() for source in system["sources"])
    return sorted({source for source in named if source.count("/") == 1 and " " not in source})


def condensed(system: str, names: list[str]) -> list[str]:
    """Return the names that rules need; names that share a prefix of the system's own become one."""
    seen = SEEN_PREFIXES.get(system.split(" ")[0], ())
    prefixes = PREFIXES.get(system, seen)
    kept = {f"{prefix}*" for prefix in prefixes if any(name.startswith(prefix) for name in names)}
    if not seen:
        own = [name for name in names if name not in TOO_GENERAL and not name.startswith(prefixes or "\0")]
        kept |= {as_pattern(name) for name in own}
    if system == "wordpress_core_comments":
        kept |= {"comment-0", "comments-area", "comments-title"}
    return sorted(kept)


def as_pattern(name: str) -> str:
    """Write a name with numbers as 0. After a comment's own name the catalogue's `*` stands for its number."""
    stem, star, _ = mask_digits(name).partition("*")
    return f"{stem}0" if stem.endswith("comment-") and star else stem + star


def labels(systems: dict[str, dict], reason: str) -> dict[str, object]:
    """Return the labels of all systems of one reason, by strength, by place in the line and by language."""
    tables: dict[str, dict[str, dict[str, set[str]]]] = {
        strength: {place: defaultdict(set) for place in ("whole", "starts", "ends")} for strength in ("strong", "weak")
    }
    prints: set[int] = set()
    for system in systems.values():
        if REASONS[reason] not in system["kind"]:
            continue
        english = {**system["strings"].get("en", {}), **system["strings"].get("en-US", {})}
        for language, strings in system["strings"].items():
            for key, text in strings.items():
                strength = strength_of(english.get(key, key), reason)
                for place, label in shapes(str(text), key) if strength else ():
                    if not is_short(label):
                        prints.add(fingerprint(label)) if place == "whole" else None
                    elif adjusted(strength, label, place):
                        tables[adjusted(strength, label, place)][place][language[:2]].add(label)
    strong = {label for by_language in tables["strong"].values() for found in by_language.values() for label in found}
    return {
        "about": [
            f"Labels of {KINDS[reason]}, normalised, with every number as 0.",
            "fingerprints: hashes of longer strings, which are recognised and not carried.",
        ],
        "source": f"{MADE} from the translation files of the systems in widgets.json.",
        "reason": reason,
        "topics": {
            f"{strength} {place}": by_language
            for strength, places in tables.items()
            for place, found in places.items()
            if (by_language := listed(found, set() if strength == "strong" else strong))
        },
        "fingerprints": sorted(f"{number:016x}" for number in prints),
    }


def listed(found: dict[str, set[str]], without: set[str]) -> dict[str, list[str]]:
    """Return each label once, under the first language that has it; English comes first."""
    seen = set(without)
    by_language = {}
    for language in sorted(found, key=lambda language: (language != "en", language)):
        fresh = found[language] - seen
        seen |= fresh
        if fresh:
            by_language[language] = sorted(fresh)
    return by_language


def strength_of(english: str, reason: str) -> str:
    """Return the strength of a string by its English original; `""` for a string that shows nothing."""
    plain = normalise(TAG.sub("", html.unescape(PLACE.sub("", english))))
    if plain in ELSEWHERE:
        return ""
    strong = STRONG if reason == "comments" else STRONG_OF_OTHERS[reason]
    if strong.search(plain) and (len(plain.split()) > 1 or PLACE.search(english) or "1" in english):
        return "strong"
    return "weak" if plain in WEAK else ""


def shapes(text: str, key: str) -> list[tuple[str, str]]:
    """Return a string's alternatives, each with its place in a line. A placeholder leaves one end of the line open."""
    found = []
    for part in ALTERNATIVES.split(html.unescape(TAG.sub("", text))):
        places = list(PLACE.finditer(part))
        if not places or not NAME_PLACE.search(key):
            found.append(("whole", part))
            continue
        before, after = part[: places[-1].start()], part[places[-1].end() :]
        found.append(("starts", before) if before.strip(QUOTES) else ("ends", after))
    labels = [(place, mask_digits(normalise(PLACE.sub("0", label)))) for place, label in found]
    return [(place, label) for place, label in labels if label.strip("0 ")]


def is_short(label: str) -> bool:
    """Return whether a text is a label, not a sentence."""
    return len(label) <= MAX_LABEL_CHARS and len(label.split()) <= MAX_LABEL_WORDS


def adjusted(strength: str, label: str, place: str) -> str:
    """Lower the strength of a translation that is a single common word where English has two words."""
    count = label.startswith("0") and width(label) > len("0 xx")
    several = " " in label or label >= FIRST_UNSPACED
    if (place == "whole" and count) or (several and width(label) >= MIN_STRONG_WIDTH):
        return strength
    return "weak" if place == "whole" else ""


if __name__ == "__main__":
    main()
