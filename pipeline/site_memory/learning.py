"""Learning from captures: to samples of sites, and from these to a store. Pages never leave the worker; sketches do."""

from __future__ import annotations

import json
import logging
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial, reduce
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.window import GlobalWindows

from ...transforms.article_metadata import ExtractMetadata
from ...transforms.classifier.classify import article_log_odds
from ...transforms.core.base import PageTransform, StepError, clean_page, within
from ...transforms.core.page import Capture
from ...transforms.main_content import KeepMainContent
from ...transforms.parsing.parse import parse
from ...transforms.recall_sites import RecallSites
from ...transforms.site_memory.article_keys import article_key
from ...transforms.site_memory.near_duplicates import page_signature
from ...transforms.site_memory.sample import SAMPLE, Bar, SiteSample, bar_of, merge, sampled
from ...transforms.site_memory.sketch import ArticleSketch, content_key, day_of, sketch_page
from ...transforms.site_memory.store import Content, open_store, pack_sample, unpack_sample
from ..clean import settle_garbage
from ..config import Configuration, load_configuration
from ..engine import failing_as_a_run, is_local, local_runner, run_to_end
from ..output.manifest import known_of
from ..output.writer import Shard, WriteRecords, open_as_it_is, read_json, write_json
from ..progress import LEARNING, WRITING, Ticker, begin_phase
from ..reading.ranges import absolute
from ..reading.read import REJECTED, ReadCaptures
from ..summary import sum_counts
from .writer import check_target, working_folder, write_store

_log = logging.getLogger(__name__)

# Bytes of samples that a worker holds before it passes them on.
MAX_HELD_BYTES = 96 * 2**20
# Sketches of one site that are gathered before they are thinned to a sample.
THIN_AT = 3 * SAMPLE
SAMPLES, CONTENTS, COUNTS = "samples", "contents", "counts"
SHARDS = "shards.json"
# What to do after a run of `learn` that was stopped.
AGAIN = "start it again, or learn some files at a time with --update"


class Lesson(NamedTuple):
    """What is learned from one capture: a sketch of its article, and its content. Either may be missing.

    `is_wanted` is false for an article that has no place in its site's sample, which was clear before it was judged.
    """

    site: str
    sketch: ArticleSketch | None
    content: Content | None
    is_wanted: bool = True


@dataclass(frozen=True)
class Learner:
    """A configuration ready for learning: its steps before main content, which is judged but not removed.

    Learning reads pages alone, so that a site's memory does not depend on what an earlier memory removed.
    """

    configuration: Configuration

    @cached_property
    def steps(self) -> list[PageTransform]:
        """The transforms, built once."""
        return steps_before_main_content(self.configuration.build())

    def lesson(self, capture: Capture, wants: Callable[[str, int, int], bool] = lambda *_: True) -> Lesson:
        """Return what is learned from a capture. Raises the error of a step, or TooSlowError.

        `wants` gets site, article key and day, and returns whether to sketch the article: judging it is most of the
        cost.
        """
        return within(self.configuration.limits.seconds_per_page, partial(self._lesson, capture, wants))

    def _lesson(self, capture: Capture, wants: Callable[[str, int, int], bool]) -> Lesson:
        page = parse(self.configuration.with_site(capture), self.configuration.parser, self.configuration.limits)
        site, key, provenance = page.site, content_key(page), page.provenance
        content = None
        if key:
            content = Content(key, provenance.captured_at, provenance.id, site=site, signature=page_signature(page))
        if not site:
            return Lesson(site, None, content)
        if not wants(site, article_key(page), day_of(provenance.captured_at)):
            return Lesson(site, None, content, is_wanted=False)
        page = clean_page(page, self.steps)
        return Lesson(site, sketch_page(page, article_log_odds(page)), content)


def steps_before_main_content(steps: list[PageTransform]) -> list[PageTransform]:
    """Return the steps before the main-content step, or all of them without one; metadata, which marks nothing, not."""
    ends = [number for number, step in enumerate(steps) if isinstance(step, KeepMainContent)]
    before = steps[: ends[0]] if ends else steps
    return [step for step in before if not isinstance(step, ExtractMetadata)]


class SketchCapturesFn(beam.DoFn):
    """Turn captures into packed samples, one for each site of a bundle. Samples are reduced before they leave the
    worker.

    Contents and counts are tagged outputs. At most MAX_HELD_BYTES are in memory. If there are more, samples are emitted
    early, and a later merge combines them.
    """

    CONTENTS = CONTENTS
    COUNTS = COUNTS

    def __init__(self, configuration: Configuration, progress_folder: str = "") -> None:
        self.configuration = configuration
        self.progress_folder = progress_folder

    def setup(self) -> None:
        """Build the steps once per worker."""
        self.learner = Learner(self.configuration)
        with suppress(StepError):  # counted page by page
            self.learner.lesson(Capture(body="<p>Tides.</p>"))
        settle_garbage()
        self.ticker = Ticker(self.progress_folder)

    def start_bundle(self) -> None:
        """Begin with nothing: no sample is held between bundles."""
        self.held: dict[str, list[ArticleSketch]] = {}
        self.bars: dict[str, Bar | None] = {}
        self.total = 0
        self.counts: Counter[str] = Counter()

    def process(self, capture: Capture) -> Iterator[tuple[str, bytes] | TaggedOutput]:
        """Sketch one capture. A page that a step fails on is skipped; `clean` will report why."""
        self.counts["captures"] += 1
        self.ticker.add(captures=1)
        try:
            lesson = self.learner.lesson(capture, self._wants)
        except Exception as error:  # no page may stop a crawl
            _log.warning("nothing learned from %r: %r", capture.url, error, exc_info=error)
            self.counts["failed"] += 1
            return
        if lesson.content is not None:
            yield TaggedOutput(self.CONTENTS, lesson.content)
        if not lesson.is_wanted:
            self.counts["learned"] += 1
            return
        if lesson.sketch is None:
            self.counts["without_words" if lesson.site else "without_site"] += 1
            return
        self.counts["learned"] += 1
        self._hold(lesson.site, lesson.sketch)
        if self.total > MAX_HELD_BYTES:
            for site in self.held:
                self._thin(site)
            if self.total > MAX_HELD_BYTES / 2:
                yield from self._released()

    def _wants(self, site: str, key: int, day: int) -> bool:
        bar = self.bars.get(site)
        return bar is None or bar.is_reached(key, day)

    def _hold(self, site: str, sketch: ArticleSketch) -> None:
        known = self.held.setdefault(site, [])
        known.append(sketch)
        self.total += sketch.size
        if len(known) >= THIN_AT:
            self._thin(site)

    def _thin(self, site: str) -> None:
        known = self.held[site]
        self.held[site] = thinned = list(sampled(known))
        self.bars[site] = bar_of(thinned)
        self.total += sum(article.size for article in thinned) - sum(article.size for article in known)

    def _released(self) -> Iterator[tuple[str, bytes]]:
        for site, known in self.held.items():
            yield site, pack_sample(SiteSample(site, sampled(known)))
        self.held, self.bars, self.total = {}, {}, 0

    def finish_bundle(self) -> Iterator[Any]:
        """Yield the samples that are held, and the bundle's counts."""
        self.ticker.flush()
        yield from map(GlobalWindows.windowed_value_at_end_of_window, self._released())
        yield TaggedOutput(self.COUNTS, GlobalWindows.windowed_value_at_end_of_window(dict(self.counts)))


@dataclass
class SketchCaptures(beam.PTransform):
    """Turn captures into `samples` (site, packed sample), `contents` and `counts`, by these names, in one fused stage.

    A site has one or more samples for each bundle with pages of it.
    """

    configuration: Configuration = field(default_factory=load_configuration)
    progress_folder: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, captures: beam.PCollection[Capture]) -> dict[str, beam.PCollection[Any]]:
        """Sketch the captures."""
        tags = SketchCapturesFn.CONTENTS, SketchCapturesFn.COUNTS
        sketch = beam.ParDo(SketchCapturesFn(self.configuration, self.progress_folder))
        outputs = captures | "Sketch" >> sketch.with_outputs(*tags, main="samples")
        return {"samples": outputs.samples, **{tag: outputs[tag] for tag in tags}}


class MergeBySite(beam.PTransform):
    """Merge the packed samples of each site into one.

    They were thinned before they are shuffled. Beam's own way to do that, CombinePerKey, bounds the number of keys that
    it holds and not their size.
    """

    def expand(self, samples: beam.PCollection[tuple[str, bytes]]) -> beam.PCollection[tuple[str, SiteSample]]:
        """Merge by site."""
        return samples | "BySite" >> beam.GroupByKey() | "Merge" >> beam.MapTuple(_merged)


def _merged(site: str, packed: Iterable[bytes]) -> tuple[str, SiteSample]:
    """Merge the samples of a site one by one: only two are in memory."""
    return site, reduce(lambda merged, sample: merge([merged, sample]), (unpack_sample(site, one) for one in packed))


@dataclass
class LearnTemplates(beam.PTransform):
    """Learn what the articles of each site have in common. Turns captures into pairs (site, sample), one for each site.

    `transforms.site_memory.derive.derive` turns a sample into the memory of a site. Beam shuffles only sketches, at
    most twice 48 articles for each site and bundle. The transform ignores windows.
    """

    configuration: Configuration = field(default_factory=load_configuration)

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, captures: beam.PCollection[Capture]) -> beam.PCollection[tuple[str, SiteSample]]:
        """Sketch in one fused stage, then merge by site."""
        return (captures | SketchCaptures(self.configuration))["samples"] | MergeBySite()


@dataclass(frozen=True)
class LearnJob:
    """The parameters of a run of `learn`.

    Attributes:
      inputs: Files as `expand_inputs` returns them.
      store: The path of the store.
      configuration: How pages are judged.
      update: Whether to merge into an existing store.
      progress_folder: Where workers count their work; "" for nowhere.
    """

    inputs: Sequence[str]
    store: str
    configuration: Configuration
    update: bool = False
    progress_folder: str = ""


def run_learn(job: LearnJob, options: PipelineOptions, remains: str = "") -> dict[str, Any]:
    """Learn from the inputs, write the store, and return the summary.

    An old store stays unchanged unless the run ends well. `remains` says what a failed run leaves, if the store is part
    of another run. Raises RunError; StoreError for a store that cannot be read or written; and KeyboardInterrupt, which
    says what a stopped run leaves.
    """
    try:
        return _run(job, options, remains or f"nothing was written to {job.store!r}")
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(f"nothing was written to {job.store!r}: {AGAIN}") from stop


def _run(job: LearnJob, options: PipelineOptions, remains: str) -> dict[str, Any]:
    started = time.monotonic()
    check_recalled(job.configuration)
    if not is_local(options):
        job = replace(job, inputs=[*map(absolute, job.inputs)], store=absolute(job.store))
    is_new = not check_target(job.store, update=job.update)
    sizes = (known.bytes for known in known_of(job.inputs)) if job.progress_folder else ()
    with working_folder(job.store) as folder:
        pipeline = beam.Pipeline(local_runner(options), options)
        counted = replace(job, progress_folder=begin_phase(job.progress_folder, LEARNING, sizes))
        build_learn(pipeline, counted, folder)
        run_to_end(pipeline, remains)
        begin_phase(job.progress_folder, WRITING)
        with failing_as_a_run(remains):
            shards = read_json(FileSystems.join(folder, SHARDS))
            with write_store(job.store, folder) as writer:
                for record in _records(shards[SAMPLES]):
                    writer.add_sample(unpack_sample(record["site"], b64decode(record["sample"])))
                writer.add_contents(_content_of(record) for record in _records(shards[CONTENTS]))
            counts = {name: count for record in _records(shards[COUNTS]) for name, count in record.items()}
    seconds = round(time.monotonic() - started, 3)
    return {"captures": 0, "learned": 0, **counts, **writer.totals(), "is_new": is_new, "seconds": seconds}


def check_recalled(configuration: Configuration) -> None:
    """Raise StoreError for a configuration with a RecallSites step whose store cannot be used."""
    for step in configuration.build():
        if isinstance(step, RecallSites) and isinstance(step.templates, str):
            open_store(step.templates).close()


def build_learn(pipeline: beam.Pipeline, job: LearnJob, folder: str) -> None:
    """Lay out the pipeline: read, sketch and write to `folder` in one fused stage.

    The local engine holds all that it shuffles in memory, so there only the store merges the samples of a site; on a
    cluster the workers merge them first.
    """
    limits = job.configuration.limits
    reading = ReadCaptures(job.inputs, limits.max_body_bytes, progress_folder=job.progress_folder, folder=folder)
    read = pipeline | "Read" >> reading
    learned = read.captures | "SketchCaptures" >> SketchCaptures(job.configuration, job.progress_folder)
    samples = learned["samples"]
    if not isinstance(pipeline.runner, FnApiRunner):
        merged = samples | "MergeBySite" >> MergeBySite()
        samples = merged | "Pack" >> beam.MapTuple(lambda site, sample: (site, pack_sample(sample)))
    unread = read[REJECTED] | "CountUnread" >> beam.Map(lambda _: {"captures": 1, "unread": 1})
    counts = (unread, learned[COUNTS]) | "AllCounts" >> beam.Flatten()
    records = {
        SAMPLES: samples | "SampleRecords" >> beam.MapTuple(_sample_record),
        CONTENTS: learned[CONTENTS] | "ContentRecords" >> beam.Map(_content_record),
        COUNTS: counts | "SumCounts" >> beam.CombineGlobally(sum_counts),
    }
    written = [collection | f"Write_{name}" >> WriteRecords(folder, name) for name, collection in records.items()]
    shards = written | "AllShards" >> beam.Flatten() | "Gather" >> beam.combiners.ToList()
    _ = shards | "WriteShards" >> beam.Map(_write_shards, folder=folder)


def _sample_record(site: str, packed: bytes) -> dict[str, str]:
    return {"site": site, "sample": b64encode(packed).decode("ascii")}


def _content_record(content: Content) -> dict[str, Any]:
    return {**content._asdict(), "signature": b64encode(content.signature).decode("ascii")}


def _content_of(record: dict[str, Any]) -> Content:
    return Content(**{**record, "signature": b64decode(record["signature"])})


def _write_shards(shards: list[Shard], folder: str) -> None:
    """Write the paths of the shards, by name; the folder may hold another file of a bundle that was repeated."""
    paths = {name: [shard.path for shard in shards if shard.name == name] for name in (SAMPLES, CONTENTS, COUNTS)}
    write_json(FileSystems.join(folder, SHARDS), paths)


def _records(paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the records of some shards, one at a time."""
    for path in sorted(paths):
        with open_as_it_is(path) as lines:
            yield from map(json.loads, lines)


def merge_stores(paths: Sequence[str], target: str, *, update: bool = False) -> dict[str, int]:
    """Merge stores that were learned separately, as if they had been learned at once; return the totals."""
    check_target(target, update=update)
    with ExitStack() as stack:
        stores = [stack.enter_context(open_store(path)) for path in paths]
        folder = stack.enter_context(working_folder(target))
        stack.enter_context(failing_as_a_run(f"nothing was written to {target!r}"))
        with write_store(target, folder) as writer:
            for store in stores:
                for sample in store.samples():
                    writer.add_sample(sample)
                writer.add_contents(store.contents())
    return writer.totals()
