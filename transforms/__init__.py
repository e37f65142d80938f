"""Composable page transforms: each takes a page and returns it with more marks on its blocks.

>>> from boiloff.transforms import RemoveCommentWidgets
"""

from .advert_markers import RemoveAdvertMarkers
from .bylines import RemoveBylines
from .comment_widgets import RemoveCommentWidgets
from .cookie_notices import RemoveCookieNotices
from .core.article import Article, ledger, make_article
from .core.base import PageTransform
from .core.capture import Capture
from .core.chain import StepError, clean_page
from .core.page import Block, Element, Page, Removal
from .disclaimers import RemoveRepeatedDisclaimers
from .headline_echoes import RemoveHeadlineEchoes
from .hidden_text import RemoveHiddenText
from .language import DetectLanguage
from .line_runs import RemoveLineRuns
from .link_lists import RemoveTrailingLinkLists
from .main_content import KeepMainContent
from .metadata.extract import ExtractMetadata
from .navigation_lines import RemoveNavigationLines
from .parsing.parse import ParseCaptures, parse
from .recall_sites import RecallSites
from .share_bars import RemoveShareBars
from .sign_offs import RemoveSignOffs
from .sign_up_prompts import RemoveSignUpPrompts
from .stray_fragments import RemoveStrayFragments

__all__ = [
    "Article",
    "Block",
    "Capture",
    "DetectLanguage",
    "Element",
    "ExtractMetadata",
    "KeepMainContent",
    "Page",
    "PageTransform",
    "ParseCaptures",
    "RecallSites",
    "Removal",
    "RemoveAdvertMarkers",
    "RemoveBylines",
    "RemoveCommentWidgets",
    "RemoveCookieNotices",
    "RemoveHeadlineEchoes",
    "RemoveHiddenText",
    "RemoveLineRuns",
    "RemoveNavigationLines",
    "RemoveRepeatedDisclaimers",
    "RemoveShareBars",
    "RemoveSignOffs",
    "RemoveSignUpPrompts",
    "RemoveStrayFragments",
    "RemoveTrailingLinkLists",
    "StepError",
    "clean_page",
    "ledger",
    "make_article",
    "parse",
]
