"""The site of an address: its host, whatever stands around it."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from boiloff.transforms.core.page import site_of

PIECES = st.sampled_from(
    [
        "http:",
        "https:",
        "/",
        "//",
        "www.",
        "quay.example",
        "user@",
        ":80",
        "?",
        "#",
        "[::1]",
        "[",
        "\\",
        " ",
        "\n",
        "é",
        ".",
        "x",
    ]
)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.quay.example/a?b=https://x.example/", "quay.example"),
        ("//Quay.example:80/a", "quay.example"),
        ("https://user:word@quay.example?a/b", "quay.example"),
        (" https://quay.example./ ", "quay.example"),
        ("https://[::1]:80/a", "::1"),
        ("quay.example/a", ""),
        ("https:///a", ""),
        ("", ""),
        (f"https://{'a' * 300}.example/", ""),
        (f"https://{'a' * 5000}", ""),
        (f"https://quay.example/{'a' * 5000}", "quay.example"),
    ],
)
def test_the_host_is_the_site(url, site):
    assert site_of(url) == site


@given(st.lists(PIECES, max_size=12).map("".join))
@example("http:/\n/quay.example/a/b")
def test_what_follows_the_host_makes_no_difference(url):
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        host = ""
    assert site_of(url) == host.removeprefix("www.").rstrip(".")
