"""An ini file that pytest does not find, because it takes an option's value for a path to tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]

TEST = "def test_it(): ..."
INI = "[pytest]\nfoilmock_options = --seed 7\n"
WARNING = "*PytestConfigWarning: pytest did not read foilmock_options from {file}: it took the value after {option} for a path*"


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("elsewhere"))


@pytest.mark.parametrize("option", ["--foilmock", "--foilmock-artifacts"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", INI),
        (".pytest.ini", INI),
        ("tox.ini", INI),
        ("setup.cfg", INI.replace("pytest", "tool:pytest")),
        ("pyproject.toml", '[tool.pytest.ini_options]\nfoilmock_options = "--seed 7"\n'),
    ],
    ids=lambda value: value if "\n" not in value else "",
)
def test_a_value_after_a_space_is_warned_of(
    run: Run, suite: pytest.Pytester, elsewhere: str, option: str, name: str, text: str
) -> None:
    (suite.path / name).write_text(text)
    result = run(TEST, option, elsewhere)
    result.stdout.fnmatch_lines(WARNING.format(file=suite.path / name, option=option))
    assert f"Write {option}=VALUE" in result.stdout.str()


def test_it_is_warned_of_once_for_all_workers(run: Run, suite: pytest.Pytester, elsewhere: str) -> None:
    suite.makeini(INI)
    assert run(TEST, "-n", "2", "--foilmock", elsewhere).stdout.str().count("PytestConfigWarning: ") == 1


def test_the_ini_file_may_be_above(
    run: Run, suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    suite.makeini(INI)
    monkeypatch.chdir(suite.mkdir("below"))
    run(TEST, "--foilmock", elsewhere).stdout.fnmatch_lines("*pytest did not read foilmock_options*")


def test_options_of_the_environment_count(
    run: Run, suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    suite.makeini(INI)
    monkeypatch.setenv("PYTEST_ADDOPTS", f"--foilmock {elsewhere}")
    run(TEST).stdout.fnmatch_lines("*pytest did not read foilmock_options*")


@pytest.mark.parametrize(
    ("ini", "options"),
    [
        (INI, ["--foilmock={elsewhere}"]),
        (INI, ["--foilmock", "./test_it.py"]),
        (INI, ["--foilmock", "{elsewhere}", "-c", "{elsewhere}/other.ini"]),
        ("[pytest]\nminversion = 8\n", ["--foilmock", "{elsewhere}"]),
        (None, ["--foilmock", "{elsewhere}"]),
    ],
    ids=["equals", "read", "named", "without-settings", "none"],
)
def test_nothing_is_warned_of_where_nothing_is_missed(
    run: Run, suite: pytest.Pytester, elsewhere: str, ini: str | None, options: list[str]
) -> None:
    if ini:
        suite.makeini(ini)
    with open(f"{elsewhere}/other.ini", "w") as other:
        other.write("[pytest]\n")
    result = run(TEST, *(option.format(elsewhere=elsewhere) for option in options), "test_it.py")
    result.assert_outcomes(passed=1)
    assert "PytestConfigWarning" not in result.stdout.str()
