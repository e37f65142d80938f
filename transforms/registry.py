"""The steps by name: what a configuration's `type` may say."""

from __future__ import annotations

from .advert_markers import RemoveAdvertMarkers
from .bylines import RemoveBylines
from .comment_widgets import RemoveCommentWidgets
from .cookie_notices import RemoveCookieNotices
from .core.base import PageTransform
from .disclaimers import RemoveRepeatedDisclaimers
from .headline_echoes import RemoveHeadlineEchoes
from .hidden_text import RemoveHiddenText
from .language import DetectLanguage
from .line_runs import RemoveLineRuns
from .link_lists import RemoveTrailingLinkLists
from .main_content import KeepMainContent
from .metadata.extract import ExtractMetadata
from .navigation_lines import RemoveNavigationLines
from .recall_sites import RecallSites
from .share_bars import RemoveShareBars
from .sign_offs import RemoveSignOffs
from .sign_up_prompts import RemoveSignUpPrompts
from .stray_fragments import RemoveStrayFragments

STEPS: dict[str, type[PageTransform]] = {
    transform.__name__: transform
    for transform in (
        RecallSites,
        ExtractMetadata,
        RemoveHiddenText,
        RemoveCommentWidgets,
        RemoveCookieNotices,
        RemoveShareBars,
        RemoveSignUpPrompts,
        RemoveAdvertMarkers,
        KeepMainContent,
        RemoveLineRuns,
        RemoveHeadlineEchoes,
        RemoveNavigationLines,
        RemoveBylines,
        RemoveTrailingLinkLists,
        RemoveSignOffs,
        RemoveRepeatedDisclaimers,
        RemoveStrayFragments,
        DetectLanguage,
    )
}
