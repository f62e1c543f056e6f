"""A pytest that is too old for the plugin. Without the extra `[pytest]`, pip does not see to it."""

from __future__ import annotations

import sys

import pytest

OLD = "import sys, pytest; pytest.__version__ = '7.4.4'; sys.exit(pytest.main(['-p', 'no:cacheprovider', *sys.argv[1:]]))"


def test_it_is_told_with_what_to_do(suite: pytest.Pytester) -> None:
    suite.makepyfile("def test_it(): ...")
    result = suite.run(sys.executable, "-c", OLD)
    told = "ERROR: the plugin of foilmock needs pytest 8, and this is pytest 7.4.4: pip install 'pytest>=8', or *"
    result.stderr.fnmatch_lines(told)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    suite.run(sys.executable, "-c", OLD, "-p", "no:foilmock").assert_outcomes(passed=1)
