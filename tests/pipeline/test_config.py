"""Configurations: what is read, what is refused and how it is said."""

import pickle
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from boiloff.configs import read_shipped, shipped_configurations
from boiloff.pipeline.config import ConfigurationError, load_configuration, parse_configuration
from boiloff.transforms import Capture, KeepMainContent, Page, PageTransform
from boiloff.transforms.core.base import STEPS
from boiloff.transforms.core.limits import Limits


class Shout(PageTransform):
    """Somebody's own transform."""

    def clean(self, page: Page) -> Page:
        return page


@pytest.mark.parametrize("name", shipped_configurations())
def test_shipped_configurations_can_be_built(name):
    assert load_configuration(name).build()


@pytest.mark.parametrize("name", shipped_configurations())
def test_a_shipped_configuration_is_read_as_yaml(name):
    """Also the one that is read without PyYAML."""
    assert load_configuration(name) == parse_configuration(yaml.safe_load(read_shipped(name)))


def test_the_default_has_every_step_once_but_the_one_that_needs_a_store():
    names = [step.type for step in load_configuration().steps]
    missing = STEPS.keys() - {"RecallSites", *names}
    assert not missing, f"configs/default.yaml: give {', '.join(sorted(missing))} a place among the steps"
    assert sorted(names) == sorted(STEPS.keys() - {"RecallSites"})


def test_a_file_is_read(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("parser: beautifulsoup\nsteps:\n- type: KeepMainContent\n  config: {threshold: 1}\n")
    configuration = load_configuration(str(path))
    assert configuration.parser == "beautifulsoup"
    assert configuration.build() == [KeepMainContent(threshold=1)]
    assert pickle.loads(pickle.dumps(configuration)) == configuration


def test_limits_are_read_and_change_the_digest():
    plain, same, other = (
        parse_configuration({"limits": limits, "steps": [{"type": "DetectLanguage"}]})
        for limits in (None, {"max_depth": 512}, {"seconds_per_page": 5, "max_blocks": 100})
    )
    assert (plain.limits, other.limits) == (Limits(), Limits(seconds_per_page=5, max_blocks=100))
    assert plain.sha256() == same.sha256() != other.sha256()


@pytest.mark.parametrize(
    ("given", "site"), [({}, ""), ({"site": "tides.example"}, "tides.example"), ({"site_from": "folder"}, "tides")]
)
def test_captures_without_an_address_get_the_site_that_is_named(given, site):
    configuration, plain = parse_configuration(given), parse_configuration({})
    assert configuration.with_site(Capture("Ebb.", "text", source_file="crawl/tides/1.txt")).site == site
    assert configuration.with_site(Capture("Ebb.", "text", url="https://moon.example/")).site == ""
    assert configuration.with_site(Capture("Ebb.", "text", source_file="1.txt")).site == given.get("site", "")
    assert (configuration.sha256() == plain.sha256()) == (not given)
    assert plain.naming(given.get("site", ""), given.get("site_from")) == configuration
    assert configuration.naming("", None) is configuration


def test_the_documentation_has_every_limit_with_its_default_and_range():
    text = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
    for limit in fields(Limits):
        lowest, highest = limit.metadata["range"]
        assert f"| `{limit.name}` | {int(limit.default):,} | {lowest:,} to {highest:,} |" in text


def test_a_step_of_ones_own_is_imported():
    (step,) = parse_configuration({"steps": [{"type": f"{__name__}.Shout"}]}).build()
    assert type(step).__name__ == "Shout"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (None, "a mapping with the keys 'parser', 'limits', 'kinds', 'steps', 'site', 'site_from', 'body' is needed, not None"),
        ([{"type": "DetectLanguage"}], r"is needed, not \[.*\]; write 'steps:' above the list$"),
        ({"steps": []}, "'steps' is empty; leave it out for the steps of 'default'"),
        ({"steps": "RemoveBylines"}, "'steps' must be a list of steps"),
        ({"stepps": []}, r"key 'stepps' is not known; did you mean 'steps'\? valid are 'parser', 'limits', 'kinds', 'steps'"),
        ({"parser": "html5", "steps": [{"type": "DetectLanguage"}]}, "parser 'html5' is not known; valid are 'lexbor'"),
        ({"steps": [{"type": "Removecomments"}]}, r"step 'Removecomments' is not known; did you mean 'RemoveCommentWidgets'.*\? docs/reference/steps.md lists all; "),
        ({"steps": [{"type": "remove_coment-widgets"}]}, r"did you mean 'RemoveCommentWidgets'"),
        ({"steps": [{"type": "Scrub"}]}, "^configuration: step 'Scrub' is not known; docs/reference/steps.md lists all; name a step of your own by its import path"),
        ({"site": 5}, "site must be text, not 5"),
        ({"site_from": "file"}, "site_from 'file' is not known; valid is 'folder'"),
        ({"site": "tides.example", "site_from": "folder"}, "site 'tides.example' and site_from 'folder' both set the site; leave one of them out"),
        ({"steps": ["DetectLanguage"]}, "has no 'type'; write '- type: DetectLanguage'"),
        ({"steps": [{"type": "DetectLanguage", "conf": {}}]}, r"key 'conf' is not known; did you mean 'config'\? valid are 'type', 'config'"),
        ({"steps": [{"type": "DetectLanguage", "config": [1]}]}, "'config' must be a mapping"),
        ({"steps": [{"type": "DetectLanguage", "config": {"min_with": 1}}]}, r"key 'min_with' is not known; did you mean 'min_width'\? valid are .*'min_width'"),
        ({"steps": [{"type": "DetectLanguage", "config": {"min_width": "x"}}]}, "min_width must be a whole number, not 'x'"),
        ({"steps": [{"type": "KeepMainContent", "config": {"threshold": True}}]}, "threshold must be a number, not True"),
        ({"steps": [{"type": "KeepMainContent", "config": {"threshold": 7}}]}, "threshold is a probability, 0 to 1, not 7"),
        ({"limits": [1], "steps": [{"type": "DetectLanguage"}]}, r"'limits' must be a mapping, not \[1\]"),
        ({"limits": {"max_tag": 1}, "steps": [{"type": "DetectLanguage"}]}, r"limits: key 'max_tag' is not known; did you mean 'max_tags'\? valid are .*'max_tags'"),
        ({"limits": {"max_tags": 1}, "steps": [{"type": "DetectLanguage"}]}, "max_tags must be a whole number from 1000 to 10000000, not 1"),
        ({"limits": {"max_tags": 2e6}, "steps": [{"type": "DetectLanguage"}]}, "max_tags must be a whole number .* not 2000000.0"),
        ({"limits": {"seconds_per_page": "10"}, "steps": [{"type": "DetectLanguage"}]}, "seconds_per_page must be a number from 0 to 86400, not '10'"),
        ({"limits": {"seconds_per_page": True}, "steps": [{"type": "DetectLanguage"}]}, "seconds_per_page must be a number .* not True"),
        ({"steps": [{"type": "no.such.Thing"}]}, "'no.such.Thing' cannot be imported"),
        ({"steps": [{"type": "pathlib.Path"}]}, "'pathlib.Path' is not a PageTransform"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_is_valid(document, message):
    with pytest.raises(ConfigurationError, match=message) as raised:
        parse_configuration(document)
    assert "\n" not in str(raised.value)


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"'nowhere' is neither a readable file nor one of .*'default'"):
        load_configuration("nowhere")
    empty = tmp_path / "empty.yaml"
    empty.write_text("# steps:\n")
    with pytest.raises(ConfigurationError, match=r"is empty; write at least one of the keys 'parser', .*'default'"):
        load_configuration(str(empty))
    broken = tmp_path / "broken.yaml"
    broken.write_text("steps: [")
    with pytest.raises(ConfigurationError, match="is not valid YAML") as raised:
        load_configuration(str(broken))
    assert "\n" not in str(raised.value)


def test_the_digest_knows_defaults_from_changes():
    plain, spelled_out, changed = (
        parse_configuration({"steps": [{"type": "DetectLanguage", "config": config}]}).sha256()
        for config in ({}, {"min_width": 25}, {"min_width": 30})
    )
    assert plain == spelled_out != changed


def test_without_steps_the_default_ones_run():
    configuration = parse_configuration({"limits": {"max_blocks": 500}})
    assert configuration.steps == load_configuration().steps
    assert configuration.limits.max_blocks == 500
