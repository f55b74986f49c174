"""Settings: what wins over what, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.errors import SettingsError
from litatlas.settings import Settings, load


def test_defaults_fill_in(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={})
    assert settings.engine == "tantivy"
    assert settings.library_url == f"sqlite:///{tmp_path / 'library.db'}"
    assert settings.process_count >= 1


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "litatlas.toml").write_text(
        'engine = "http://a:9200"\nupload_megabytes = 5\nread_only = true\n'
    )
    settings = load(tmp_path, environ={"LITATLAS_ENGINE": "http://b:9200"})
    assert (settings.engine, settings.upload_megabytes, settings.read_only) == ("http://b:9200", 5, True)


def test_home_comes_from_the_argument_then_the_environment(tmp_path: Path) -> None:
    environ = {"LITATLAS_HOME": str(tmp_path / "b")}
    assert load(tmp_path / "a", environ).home == tmp_path / "a"
    assert load(None, environ).home == tmp_path / "b"
    assert load(None, {}).home == Settings().home.expanduser()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("colour = 1\n", "unknown setting 'colour'"),
        ("upload_megabytes = -1\n", "upload_megabytes is -1"),
        ('processes = "many"\n', "processes is 'many'"),
        ('read_only = "perhaps"\n', "read_only is 'perhaps'"),
        ("engine = \n", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_with_a_hint(tmp_path: Path, text: str, part: str) -> None:
    (tmp_path / "litatlas.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, environ={})
    assert part in caught.value.message
    assert caught.value.hint
