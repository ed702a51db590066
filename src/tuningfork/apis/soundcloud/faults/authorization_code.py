"""What goes wrong on the consent page (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tuningfork.apis.soundcloud.mock.apps import FIRST
from tuningfork.apis.soundcloud.mock.codes import Code
from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method


@fault("SC-CODE-01", "SC-CODE-11")
def consent_page_is_plain_text(mock: Any) -> None:
    """The page of GET /connect is sent as text/plain, which no browser shows as a form."""

    def show(original: Any, *args: Any) -> Any:
        page = original(*args)
        page.content_type = "text/plain; charset=utf-8"
        return page

    wrap_method(mock.consent, "show", show)


@fault("SC-CODE-02")
def code_has_another_name(mock: Any) -> None:
    """Approval sends the code as `authorization_code`."""
    _with_parameters(mock, lambda pairs: [(_renamed(name), value) for name, value in pairs])


@fault("SC-CODE-02")
def second_approval_in_a_browser_has_no_code(mock: Any) -> None:
    """A browser that is sent back a second time gets no code."""
    seen: set[str] = set()

    def redirect_url(original: Any, pending: Any, pairs: Any) -> str:
        again = pending.browser in seen
        seen.add(pending.browser)
        sent: str = original(pending, [] if again else pairs)
        return sent

    wrap_method(mock.consent, "redirect_url", redirect_url)


@fault("SC-CODE-03", "SC-CODE-12")
def state_loses_its_plus(mock: Any) -> None:
    """A `+` in the state comes back as a space."""
    _with_state(mock, lambda state: state.replace("+", " "))


@fault("SC-CODE-03", "SC-CODE-12")
def state_is_cut_short(mock: Any) -> None:
    """Only 255 characters of a long state come back."""
    _with_state(mock, lambda state: state[:255])


@fault("SC-CODE-04", "SC-TOKEN-02")
def code_gives_no_scope(mock: Any) -> None:
    """The tokens for a code come without the member scope; those of other grants have it."""
    _with_answer_to_codes(mock, lambda tokens: {k: v for k, v in tokens.items() if k != "scope"})


@fault("SC-CODE-05", "SC-CODE-15")
def code_is_good_twice(mock: Any) -> None:
    """A code can be exchanged a second time; only the third is refused."""
    uses: dict[str, int] = {}

    def spend(original: Any, code: Code) -> None:
        uses[code.value] = uses.get(code.value, 0) + 1
        if uses[code.value] == 2:
            original(code)

    wrap_method(mock.codes, "spend", spend)


@fault("SC-CODE-06")
def code_takes_any_registered_redirect_uri(mock: Any) -> None:
    """A code is exchanged with any redirect_uri of its app, not only the one that it was issued for."""
    _agreeing(mock, lambda code, uri: uri in code.app.redirect_uris)


@fault("SC-CODE-06")
def redirect_uri_is_compared_by_its_beginning(mock: Any) -> None:
    """A code is exchanged with any redirect_uri that begins like its own."""
    _agreeing(mock, lambda code, uri: uri.startswith(code.redirect_uri))


@fault("SC-CODE-07")
def code_is_for_everybody(mock: Any) -> None:
    """A code is exchanged by another client than the one that it was issued to."""
    mock.codes.belongs_to = lambda _code, _app: True


@fault("SC-CODE-08")
def redirect_uri_is_known_by_its_beginning(mock: Any) -> None:
    """Whatever begins with a registered redirect_uri is taken for it."""
    mock.apps.is_registered_uri = lambda app, uri: uri.startswith(app.redirect_uris)


@fault("SC-CODE-08")
def unregistered_redirect_uri_is_answered_there(mock: Any) -> None:
    """The error about a redirect_uri that is not registered is sent to that very place."""

    def ask(original: Any, mock: Any, context: Any) -> Any:
        answer, uri = original(mock, context), context.args.get("redirect_uri", "")
        if answer.status_code == 400 and mock.apps.find(context.args.get("client_id", "")) and uri:
            return mock.consent.redirect(f"{uri}?error=invalid_request")
        return answer

    wrap_handler(mock.handlers, "GET /connect", ask)


@fault("SC-CODE-09")
def unknown_client_is_sent_back(mock: Any) -> None:
    """An unknown client_id is answered by a redirect with an error."""

    def ask(original: Any, mock: Any, context: Any) -> Any:
        if mock.apps.find(context.args.get("client_id", "")) is None and context.args.get("redirect_uri"):
            return mock.consent.redirect(f"{context.args['redirect_uri']}?error=unauthorized_client")
        return original(mock, context)

    wrap_handler(mock.handlers, "GET /connect", ask)


@fault("SC-CODE-10")
def code_for_a_custom_scheme_is_lost(mock: Any) -> None:
    """A redirect_uri with a custom scheme gets its code in a fragment, where the app does not look."""
    wrap_method(
        mock.consent, "redirect_url", lambda original, pending, pairs: _in_fragment(original(pending, pairs))
    )


@fault("SC-CODE-11")
def popup_is_refused(mock: Any) -> None:
    """`display=popup` is answered 400."""

    def ask(original: Any, mock: Any, context: Any) -> Any:
        return mock.consent.refuse("No popups.") if "display" in context.args else original(mock, context)

    wrap_handler(mock.handlers, "GET /connect", ask)


@fault("SC-CODE-12")
def refusal_loses_the_state(mock: Any) -> None:
    """A user's refusal comes back without the state."""

    def redirect_url(original: Any, pending: Any, pairs: Any) -> str:
        denied = pairs[0][0] == "error"
        sent: str = original(replace(pending, state=None) if denied else pending, pairs)
        return sent

    wrap_method(mock.consent, "redirect_url", redirect_url)


@fault("SC-CODE-13")
def response_type_is_not_read(mock: Any) -> None:
    """Any response_type gets the page that `code` gets."""
    mock.apps.supports_response_type = lambda _app, _response_type: True


@fault("SC-CODE-13")
def implicit_grant_is_back(mock: Any) -> None:
    """response_type=token is answered with an access token in the redirect."""

    def ask(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        if context.args.get("response_type") == "token" and "Location" in answer.headers:
            answer.headers["Location"] = (
                context.args["redirect_uri"] + "#access_token=" + mock.tokens.new_secret()
            )
        return answer

    wrap_handler(mock.handlers, "GET /connect", ask)


@fault("SC-CODE-14")
def code_is_good_for_a_day(mock: Any) -> None:
    """A code that is eleven minutes old is still exchanged."""
    mock.codes.lifetime = lambda: 24 * 3600


@fault("SC-CODE-15")
def reuse_of_a_code_ends_nothing(mock: Any) -> None:
    """A second use of a code is refused, but the tokens of the first use stay in force."""
    mock.codes.revoke_tokens = lambda _code: None


@fault("SC-CODE-01")
def page_of_another_app_is_plain_text(mock: Any) -> None:
    """The page of GET /connect is HTML for the first app and text/plain for every other."""

    def show(original: Any, ticket: str, pending: Any, *args: Any) -> Any:
        page = original(ticket, pending, *args)
        if pending.client_id != FIRST.client_id:
            page.content_type = "text/plain; charset=utf-8"
        return page

    wrap_method(mock.consent, "show", show)


@fault("SC-CODE-04", "SC-TOKEN-02")
def later_code_gives_no_refresh_token(mock: Any) -> None:
    """The first code that a user approves gives all four members, each later one no refresh_token."""
    known: set[int] = set()

    def issue(original: Any, mock: Any, context: Any) -> Any:
        code = mock.codes.find(context.request.form.get("code", ""))
        answer = original(mock, context)
        if code is None or answer.status_code != 200:
            return answer
        is_first = code.user.id not in known
        known.add(code.user.id)
        return answer if is_first else edit_json(answer, _without_refresh_token)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-CODE-10")
def code_of_a_custom_scheme_is_worthless(mock: Any) -> None:
    """A code that came to a custom scheme can't be exchanged."""
    wrap_method(
        mock.codes,
        "redirect_uri_matches",
        lambda original, code, uri: code.redirect_uri.startswith("http") and original(code, uri),
    )


@fault("SC-CODE-03")
def state_is_lost_where_one_has_approved_before(mock: Any) -> None:
    """In a browser that comes back the second redirect has no state."""
    known: set[str] = set()

    def approved(original: Any, pending: Any, user: Any) -> Any:
        comes_back = pending.browser in known
        known.add(pending.browser)
        return original(replace(pending, state=None) if comes_back else pending, user)

    wrap_method(mock.consent, "approved", approved)


@fault("SC-CODE-05")
def spent_code_is_forgotten_with_time(mock: Any) -> None:
    """That a code was exchanged is remembered for as long as codes live; after that it is good again."""

    def is_old(code: Code) -> bool:
        return bool(mock.clock.now() > code.issued_at + mock.codes.lifetime())

    wrap_method(mock.codes, "is_spent", lambda original, code: original(code) and not is_old(code))
    wrap_method(mock.codes, "is_expired", lambda original, code: original(code) and not code.spent)


@fault("SC-CODE-06")
def redirect_uri_is_compared_without_case(mock: Any) -> None:
    """A code is exchanged with its redirect_uri in any case."""
    _agreeing(mock, lambda code, uri: uri.lower() == code.redirect_uri.lower())


@fault("SC-CODE-12", "SC-ERR-01")
def app_on_a_phone_is_not_told_of_a_refusal(mock: Any) -> None:
    """A refusal is told by a page, where the redirect_uri has a scheme of its own."""

    def denied(original: Any, pending: Any) -> Any:
        if pending.redirect_uri.startswith("http"):
            return original(pending)
        return mock.consent.refuse("You have refused.")

    wrap_method(mock.consent, "denied", denied)


@fault("SC-CODE-05")
def code_is_good_for_all_at_once(mock: Any) -> None:
    """Two exchanges of a code at the same moment both bring tokens."""
    crowd = concurrent_requests_event(mock)
    wrap_method(mock.codes, "spend", lambda original, code: None if crowd.is_set() else original(code))


def _without_refresh_token(tokens: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in tokens.items() if name != "refresh_token"}


def _renamed(name: str) -> str:
    return "authorization_code" if name == "code" else name


def _in_fragment(location: str) -> str:
    return location if location.startswith("http") else location.replace("?", "#")


def _agreeing(mock: Any, agree: Callable[[Code, str], bool]) -> None:
    def redirect_uri_matches(original: Any, code: Code, redirect_uri: str | None) -> bool:
        if redirect_uri and agree(code, redirect_uri):
            code.redirect_uri = redirect_uri  # Authlib compares it too
        return bool(original(code, redirect_uri))

    wrap_method(mock.codes, "redirect_uri_matches", redirect_uri_matches)


def _with_parameters(mock: Any, change: Any) -> None:
    wrap_method(
        mock.consent, "redirect_url", lambda original, pending, pairs: original(pending, change(pairs))
    )


def _with_state(mock: Any, change: Any) -> None:
    def redirect_url(original: Any, pending: Any, pairs: Any) -> str:
        state = None if pending.state is None else change(pending.state)
        sent: str = original(replace(pending, state=state), pairs)
        return sent

    wrap_method(mock.consent, "redirect_url", redirect_url)


def _with_answer_to_codes(mock: Any, change: Any) -> None:
    def issue(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        return (
            edit_json(answer, change)
            if context.request.form.get("grant_type") == "authorization_code"
            else answer
        )

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)
