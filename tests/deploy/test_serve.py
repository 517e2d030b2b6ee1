"""Answers over HTTP, in a thread of their own."""

import logging
import socket
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from ccm_deploy import serve
from postgres import free_port
from scraped import get


def broken(_request: WSGIEnvironment, _respond: StartResponse) -> Iterable[bytes]:
    raise ZeroDivisionError


@pytest.fixture
def port() -> int:
    chosen = free_port()
    serve.start({"/": serve.text("200 OK", "here\n"), "/broken": broken}, chosen)
    return chosen


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "/", (200, "here\n")),
        ("GET", "/?a=b", (200, "here\n")),
        ("HEAD", "/", (200, "")),
        ("GET", "/elsewhere", (404, "there is only /, /broken\n")),
        ("PUT", "/", (405, "only GET and HEAD\n")),
    ],
)
def test_it_answers(port: int, method: str, path: str, answer: tuple[int, str]) -> None:
    assert get(port, path, method) == answer


def test_an_answer_that_goes_wrong_is_logged_and_the_next_one_is_given(
    port: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.ERROR):
        assert get(port, "/broken")[0] == 500
    (record,) = [record for record in caplog.records if record.name == serve.__name__]
    assert "ZeroDivisionError" in record.getMessage()
    assert get(port, "/") == (200, "here\n")
    assert capfd.readouterr().err == ""


def test_a_client_that_says_nothing_or_goes_away_is_no_news(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("localhost", port)):
        pass
    with socket.create_connection(("localhost", port)) as rude:
        rude.sendall(b"GET / HTTP/1.1\r\n\r\n")
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert get(port, "/") == (200, "here\n")
    assert capfd.readouterr().err == ""
