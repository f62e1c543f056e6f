"""The examples of the package's own page, as written but for the token and the host."""

from collections.abc import Callable

from fluidtalk import ApiError, FluidTalk, PaymentRequiredError, RateLimitError

from helpers.server import Server


def test_quickstart(connect: Callable[..., FluidTalk], server: Server) -> None:
    sent: list[tuple[str, str]] = []

    def send_dm(handle: str, text: str) -> None:
        sent.append((handle, text))

    ft = connect(server)
    # A lead DM'd the character — get the reply and send the bubbles yourself.
    reply = ft.chat(platform="instagram", handle="mark", message="hey ava")
    for bubble in reply.bubbles:
        send_dm("mark", bubble.text)  # your platform I/O
    assert sent == [("mark", "hey!"), ("mark", "saw my post?")]
    assert reply.session_id


def test_errors(connect: Callable[..., FluidTalk], server: Server, token: str) -> None:
    def met(token: str) -> str:
        ft = connect(server, token)
        try:
            ft.chat(platform="instagram", handle="mark", message="hi")
        except PaymentRequiredError:
            return "top_up_wallet"  # 402 — the wallet can't cover the turn
        except RateLimitError:
            return "backoff_and_retry"  # 429
        except ApiError as e:
            assert e.request_id and e.message
            return f"{e.status} {e.code}"
        return "reply"

    words = ("", "+broke", "+ratelimited", "+expired")
    # Of +ratelimited every second request is refused.
    assert [met(token + word) for word in (*words, words[2])] == [
        "reply",
        "top_up_wallet",
        "reply",
        "401 unauthorized",
        "backoff_and_retry",
    ]
