"""boiloff's transforms over rows, by the names that `providers.yaml` gives them in Beam YAML."""

from .cleaning import CleanCaptures
from .learning import LearnTemplates
from .pages import CleanHtml, CleanText
from .reading import ReadCaptures
from .writing import WriteRecords

__all__ = ["CleanCaptures", "CleanHtml", "CleanText", "LearnTemplates", "ReadCaptures", "WriteRecords"]
