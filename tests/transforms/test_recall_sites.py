"""Site memory inside other people's pipelines, and page by page."""

import apache_beam as beam
import pytest
from apache_beam.testing import test_pipeline
from apache_beam.testing.util import assert_that, equal_to
from site_pages import FOOTER, SITE, site_sample, story

from boiloff.pipeline.config import ConfigurationError, Step, load_configuration
from boiloff.pipeline.site_memory.learning import LearnTemplates
from boiloff.pipeline.site_memory.writer import working_folder, write_store
from boiloff.transforms import ParseCaptures, RecallSites, RemoveRepeatedDisclaimers, parse


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("memory") / "memory.boiloff")
    with working_folder(path) as folder, write_store(path, folder) as writer:
        writer.add_sample(site_sample([story(n) for n in range(12)]))
    return path


def taken(page):
    return [block.text for block, removal in zip(page.blocks, page.removals, strict=True) if removal]


def test_a_page_gets_its_sites_memory(store):
    page = RecallSites(store).clean(parse(story(40)))
    assert page.site_memory.site == SITE
    assert RecallSites(store).clean(parse(story(40, url="https://unknown.example/40"))).site_memory is None


def test_a_step_alone_takes_the_path_of_a_store(store):
    assert FOOTER in taken(RemoveRepeatedDisclaimers(templates=store).clean(parse(story(40))))
    assert FOOTER not in taken(RemoveRepeatedDisclaimers().clean(parse(story(40))))


def test_a_pipeline_may_learn_and_clean_at_once():
    with test_pipeline.TestPipeline("FnApiRunner") as pipeline:
        captures = pipeline | beam.Create([story(n) for n in range(12)])
        templates = captures | LearnTemplates()
        cleaned = captures | ParseCaptures() | RemoveRepeatedDisclaimers(templates=templates)
        assert_that(cleaned | beam.Map(lambda page: FOOTER in taken(page)), equal_to([True] * 12))


def test_a_pipeline_may_use_a_store(store):
    with test_pipeline.TestPipeline("FnApiRunner") as pipeline:
        pages = pipeline | beam.Create([story(40)]) | ParseCaptures()
        cleaned = pages | RemoveRepeatedDisclaimers(templates=store)
        assert_that(cleaned | beam.Map(lambda page: FOOTER in taken(page)), equal_to([True]))


@pytest.mark.parametrize("templates", ["", None, 7])
def test_anything_but_a_store_is_refused(templates):
    with pytest.raises(ValueError, match="path of a store"):
        RecallSites(templates)


def test_a_configuration_without_a_store_is_refused():
    configuration = load_configuration()
    broken = type(configuration)((*configuration.steps, Step("RecallSites", {})), configuration.parser)
    with pytest.raises(ConfigurationError, match="path of a store"):
        broken.build()
