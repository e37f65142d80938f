"""Configurations: what is read, what is refused and how it is said."""

import pickle

import pytest

from boiloff.pipeline.configuration import (
    ConfigurationError,
    load_configuration,
    parse_configuration,
    shipped_configurations,
)
from boiloff.transforms import KeepMainContent, Page, PageTransform
from boiloff.transforms.registry import STEPS


class Shout(PageTransform):
    """Somebody's own transform."""

    def clean(self, page: Page) -> Page:
        return page


@pytest.mark.parametrize("name", shipped_configurations())
def test_shipped_configurations_can_be_built(name):
    assert load_configuration(name).build()


def test_the_default_has_every_step_once_but_the_one_that_needs_a_store():
    assert sorted(step.type for step in load_configuration().steps) == sorted(STEPS.keys() - {"RecallSites"})


def test_a_file_is_read(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("parser: beautifulsoup\nsteps:\n- type: KeepMainContent\n  config: {threshold: 1}\n")
    configuration = load_configuration(str(path))
    assert configuration.parser == "beautifulsoup"
    assert configuration.build() == [KeepMainContent(threshold=1)]
    assert pickle.loads(pickle.dumps(configuration)) == configuration


def test_a_step_of_ones_own_is_imported():
    (step,) = parse_configuration({"steps": [{"type": f"{__name__}.Shout"}]}).build()
    assert type(step).__name__ == "Shout"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (None, "a mapping with the keys 'parser', 'steps' is needed, not None"),
        ({"steps": []}, "'steps' must be a list of steps"),
        ({"stepps": []}, "key 'stepps' is not known; valid are 'parser', 'steps'"),
        ({"parser": "html5", "steps": [{"type": "DetectLanguage"}]}, "parser 'html5' is not known; valid are 'lexbor'"),
        ({"steps": [{"type": "Removecomments"}]}, "step 'Removecomments' is not known; valid are .*'RemoveCommentWidgets'"),
        ({"steps": ["DetectLanguage"]}, "has no 'type'"),
        ({"steps": [{"type": "DetectLanguage", "conf": {}}]}, "key 'conf' is not known; valid are 'type', 'config'"),
        ({"steps": [{"type": "DetectLanguage", "config": [1]}]}, "'config' must be a mapping"),
        ({"steps": [{"type": "DetectLanguage", "config": {"trial": 1}}]}, "key 'trial' is not known; valid are .*'trials'"),
        ({"steps": [{"type": "DetectLanguage", "config": {"trials": "x"}}]}, "trials must be int, not 'x'"),
        ({"steps": [{"type": "KeepMainContent", "config": {"threshold": True}}]}, "threshold must be float, not True"),
        ({"steps": [{"type": "KeepMainContent", "config": {"threshold": 7}}]}, "threshold is a probability, 0 to 1, not 7"),
        ({"steps": [{"type": "no.such.Thing"}]}, "'no.such.Thing' cannot be imported"),
        ({"steps": [{"type": "pathlib.Path"}]}, "'pathlib.Path' is no PageTransform"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_is_valid(document, message):
    with pytest.raises(ConfigurationError, match=message) as raised:
        parse_configuration(document)
    assert "\n" not in str(raised.value)


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"'nowhere' is neither a readable file nor one of .*'default'"):
        load_configuration("nowhere")
    broken = tmp_path / "broken.yaml"
    broken.write_text("steps: [")
    with pytest.raises(ConfigurationError, match="is not valid YAML") as raised:
        load_configuration(str(broken))
    assert "\n" not in str(raised.value)


def test_the_digest_knows_defaults_from_changes():
    plain, spelled_out, changed = (
        parse_configuration({"steps": [{"type": "DetectLanguage", "config": config}]}).sha256()
        for config in ({}, {"trials": 1}, {"trials": 2})
    )
    assert plain == spelled_out != changed
