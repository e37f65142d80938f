"""YAML is data: a configuration's tags make nothing but plain values. What it names as a step is code, by design."""

import pytest

from boiloff.pipeline.config import ConfigurationError, load_configuration


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['touch escaped']",
        "steps: !!python/object/apply:os.system ['touch escaped']",
        "steps:\n- type: !!python/name:os.system ''\n",
        "steps:\n- type: KeepMainContent\n  config: !!python/object/new:boiloff.transforms.Page {}\n",
        "steps:\n- !!python/module:os ''\n",
    ],
)
def test_tags_of_python_are_refused(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(ConfigurationError, match="is not valid YAML") as raised:
        load_configuration(str(tmp_path / "mine.yaml"))
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "subprocess.Popen", "boiloff.transforms.Page"])
def test_a_step_is_a_transform_or_nothing(name, tmp_path):
    (tmp_path / "mine.yaml").write_text(f"steps:\n- type: {name}\n  config: {{}}\n")
    with pytest.raises(ConfigurationError, match="is not a PageTransform"):
        load_configuration(str(tmp_path / "mine.yaml"))


def test_aliases_of_aliases_stay_small_in_messages(tmp_path):
    """Ten levels of ten aliases are one object in memory; written out they would be ten thousand million."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 11)]
    (tmp_path / "mine.yaml").write_text("\n".join(lines))
    with pytest.raises(ConfigurationError, match="key 'a0' is not known"):
        load_configuration(str(tmp_path / "mine.yaml"))
