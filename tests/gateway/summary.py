"""A pytest plugin: the very last line is `N passed, N failed`, where errors and tests left out count as failed."""

import pytest

_passed, _failed = set[str](), set[str]()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed or report.skipped:
        _failed.add(report.nodeid)
    elif report.when == "call" and report.passed:
        _passed.add(report.nodeid)


def pytest_unconfigure() -> None:
    print(f"{len(_passed - _failed)} passed, {len(_failed)} failed")
