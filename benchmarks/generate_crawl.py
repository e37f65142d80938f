"""Make a crawl of invented news sites, for measuring memory and time at sizes that no test set has.

    python benchmarks/generate_crawl.py CRAWL.warc.gz --pages 200000 --sites 2000

Sites differ in words, class names and boilerplate; how many pages each has follows Zipf's law, so that the largest site
holds a quarter of the crawl. Pages come in the order of a crawl, all sites mixed. Some come twice: under a tracking
parameter, as an AMP view, or captured again. Words are put together from syllables, and the same seed gives the same
bytes. Nothing is held but the sites' boilerplate.
"""

from __future__ import annotations

import argparse
import gzip
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random

# The largest of 2,000 sites holds a quarter of all pages with this exponent.
ZIPF_EXPONENT = 1.25
# Share of pages that come again as a twin of an earlier one.
TWIN_SHARE = 0.06
ONSETS = "b br c ch d dr f g gr h k l m n p pl r s st t tr v w".split()
NUCLEI = "a e i o u ai ea ou".split()
CODAS = ["", "", "l", "n", "r", "s", "t", "nd", "rk"]
FILLER_CHARS = 22_000
PARAGRAPHS = (9, 16)


def word(random: Random) -> str:
    """Invent a word of one to three syllables."""
    return "".join(
        random.choice(ONSETS) + random.choice(NUCLEI) + random.choice(CODAS) for _ in range(random.randint(1, 3))
    )


@dataclass
class Site:
    """One invented site: its words, its class names, and the boilerplate that all its pages have."""

    host: str
    random: Random
    articles: int = 0

    def __post_init__(self) -> None:
        self.words = [word(self.random) for _ in range(400)]
        self.prefix = self.random.choice(self.words)[:4]
        self.menu = [self.phrase(1, 2) for _ in range(self.random.randint(8, 14))]
        self.disclaimer = self.sentence() + " " + self.sentence()
        self.appeal = self.sentence()
        self.small_print = [self.phrase(2, 5) for _ in range(9)]
        self.authors = [f"{self.name()} {self.name()}" for _ in range(6)]
        self.script = "".join(f"function {w}(){{return '{v}'}};" for w, v in pairwise(self.words))
        self.script = (self.script * (FILLER_CHARS // len(self.script) + 1))[:FILLER_CHARS]

    def name(self) -> str:
        """Invent a word with a capital."""
        return self.random.choice(self.words).capitalize()

    def phrase(self, least: int, most: int) -> str:
        """Make up some words, the first with a capital."""
        return " ".join(self.random.choices(self.words, k=self.random.randint(least, most))).capitalize()

    def sentence(self) -> str:
        """Words, a comma and a full stop."""
        return f"{self.phrase(4, 9)}, {self.phrase(3, 8).lower()}."

    def paragraph(self) -> str:
        """Three to six sentences."""
        return " ".join(self.sentence() for _ in range(self.random.randint(3, 6)))

    def page(self) -> str:
        """Make a page with an article inside the site's boilerplate."""
        p, random, title = self.prefix, self.random, self.phrase(5, 9)
        body = [f"<p>{self.paragraph()}</p>" for _ in range(random.randint(*PARAGRAPHS))]
        if random.random() < 0.3:
            body.insert(len(body) // 2, f"<blockquote><p>{self.sentence()}</p></blockquote>")
        return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - {self.host}</title>
<meta property="og:title" content="{title}"><script>{self.script}</script></head><body class="{p}-page">
<header class="{p}-head"><p class="{p}-name">{self.host}</p>{self.links(self.menu, "menu")}</header>
<div class="{p}-columns"><main class="{p}-main"><article class="{p}-story"><h1>{title}</h1>
<p class="{p}-by">By {random.choice(self.authors)}, {random.randint(1, 28)} May 2024</p>
<div class="{p}-body">{"".join(body)}<p>{self.disclaimer}</p></div>
{self.links([self.phrase(1, 2) for _ in range(4)], "tags")}
<div class="{p}-appeal"><p>{self.appeal}</p><button>{self.menu[0]}</button></div></article>
<section class="{p}-more"><h2>{self.menu[1]}</h2>
{self.links([self.phrase(5, 9) for _ in range(7)], "related")}</section>
<section id="comments" class="{p}-comments">{"".join(self.comment() for _ in range(random.randint(0, 4)))}</section>
</main><aside class="{p}-side"><h3>{self.menu[2]}</h3>{self.links([self.phrase(4, 8) for _ in range(8)], "latest")}
</aside></div><footer class="{p}-foot">{self.links(self.small_print, "foot")}<p>{self.small_print[0]} 2024</p></footer>
</body></html>"""

    def links(self, texts: list[str], what: str) -> str:
        """Make a list of links."""
        items = "".join(
            f'<li class="{self.prefix}-{what}-item"><a class="{self.prefix}-{what}-link" data-place="{what}" '
            f'href="https://{self.host}/{text.lower().replace(" ", "-")}/">{text}</a></li>'
            for text in texts
        )
        return f'<ul class="{self.prefix}-{what}">{items}</ul>'

    def comment(self) -> str:
        """Make a reader's comment."""
        return f'<div class="comment"><b>{self.name()}</b><p>{self.sentence()}</p></div>'

    def capture(self, random: Random) -> tuple[str, str]:
        """Return address and page of the next article, or of a copy of an earlier one."""
        is_twin = self.articles > 0 and random.random() < TWIN_SHARE
        view = random.choice(["", "amp/", "?utm_source=mail"]) if is_twin else ""
        self.articles += not is_twin
        number = random.randint(1, self.articles) if is_twin else self.articles
        self.random = Random(f"{self.host}/{number}")
        url = f"https://{self.host}/{number}/{self.phrase(3, 6).lower().replace(' ', '-')}/{view}"
        return url, self.page()


def record(url: str, body: bytes, number: int) -> bytes:
    """Make a WARC response record, compressed by itself."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    day, second = divmod(number, 20_000)
    header = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"WARC-Date: 2024-05-{day % 28 + 1:02d}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(header.encode("utf-8") + http + b"\r\n\r\n", compresslevel=1, mtime=0)


def generate(path: Path, pages: int, sites: int, seed: int) -> None:
    """Write the crawl, a record at a time."""
    random = Random(seed)
    weights = list(accumulate(rank**-ZIPF_EXPONENT for rank in range(1, sites + 1)))
    known: dict[int, Site] = {}
    with path.open("wb") as stream:
        for number in range(pages):
            rank = bisect(weights, random.random() * weights[-1])
            if rank not in known:
                own = Random(f"{seed}/{rank}")
                known[rank] = Site(f"{word(own)}{rank}.example", own)
            url, html = known[rank].capture(random)
            stream.write(record(url, html.encode("utf-8"), number))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, metavar="CRAWL.warc.gz")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--sites", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generate(options.output, options.pages, options.sites, options.seed)


if __name__ == "__main__":
    main()
