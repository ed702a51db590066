"""Faults of the consent page and of codes (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

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
    """The consent page has the Content-Type text/plain, so a browser does not show its form."""

    def show(original: Any, *args: Any) -> Any:
        page = original(*args)
        page.content_type = "text/plain; charset=utf-8"
        return page

    wrap_method(mock.consent, "show", show)


@fault("SC-CODE-02")
def code_parameter_has_another_name(mock: Any) -> None:
    """The redirect after an approval has the code in the parameter `authorization_code` instead of `code`."""
    _edit_redirect_parameters(
        mock, lambda parameters: [(_rename_code(name), value) for name, value in parameters]
    )


@fault("SC-CODE-02")
def second_redirect_to_a_browser_has_no_code(mock: Any) -> None:
    """The second redirect to the app in the same browser has no parameter `code`."""
    redirected: set[str] = set()

    def redirect_url(original: Any, pending: Any, parameters: Any) -> str:
        is_second = pending.browser in redirected
        redirected.add(pending.browser)
        url: str = original(pending, [] if is_second else parameters)
        return url

    wrap_method(mock.consent, "redirect_url", redirect_url)


@fault("SC-CODE-03", "SC-CODE-12")
def plus_in_state_becomes_a_space(mock: Any) -> None:
    """The redirect replaces each `+` in `state` by a space."""
    _edit_state(mock, lambda state: state.replace("+", " "))


@fault("SC-CODE-03", "SC-CODE-12")
def state_is_cut_to_255_characters(mock: Any) -> None:
    """The redirect contains only the first 255 characters of `state`."""
    _edit_state(mock, lambda state: state[:255])


@fault("SC-CODE-04", "SC-TOKEN-02")
def token_response_for_a_code_has_no_scope(mock: Any) -> None:
    """The token response for a code has no property `scope`; the responses of other grants have it."""
    _edit_token_responses_for_codes(mock, lambda tokens: {k: v for k, v in tokens.items() if k != "scope"})


@fault("SC-CODE-05", "SC-CODE-15")
def code_can_be_exchanged_twice(mock: Any) -> None:
    """A code can be exchanged twice; only the third exchange is refused."""
    uses: dict[str, int] = {}

    def spend(original: Any, code: Code) -> None:
        uses[code.value] = uses.get(code.value, 0) + 1
        if uses[code.value] == 2:
            original(code)

    wrap_method(mock.codes, "spend", spend)


@fault("SC-CODE-06")
def code_accepts_any_redirect_uri_of_its_app(mock: Any) -> None:
    """A code can be exchanged with every `redirect_uri` of its app, also one it was not issued for."""
    _accept_redirect_uri(mock, lambda code, uri: uri in code.app.redirect_uris)


@fault("SC-CODE-06")
def code_accepts_a_longer_redirect_uri(mock: Any) -> None:
    """A code can be exchanged with a `redirect_uri` that only starts with its own."""
    _accept_redirect_uri(mock, lambda code, uri: uri.startswith(code.redirect_uri))


@fault("SC-CODE-07")
def code_can_be_exchanged_by_another_app(mock: Any) -> None:
    """A code can be exchanged by an app to which it was not issued."""
    mock.codes.belongs_to = lambda _code, _app: True


@fault("SC-CODE-08")
def unregistered_redirect_uri_with_a_registered_prefix_is_accepted(mock: Any) -> None:
    """GET /connect accepts an unregistered `redirect_uri` that starts with a registered one."""
    mock.apps.is_registered_uri = lambda app, uri: uri.startswith(app.redirect_uris)


@fault("SC-CODE-08")
def error_is_redirected_to_an_unregistered_uri(mock: Any) -> None:
    """GET /connect redirects an error to an unregistered `redirect_uri` instead of returning 400."""

    def show_page(original: Any, mock: Any, context: Any) -> Any:
        response, uri = original(mock, context), context.args.get("redirect_uri", "")
        if response.status_code == 400 and mock.apps.find(context.args.get("client_id", "")) and uri:
            return mock.consent.redirect(f"{uri}?error=invalid_request")
        return response

    wrap_handler(mock.handlers, "GET /connect", show_page)


@fault("SC-CODE-09")
def unknown_client_id_is_redirected(mock: Any) -> None:
    """GET /connect with an unknown `client_id` redirects with an error instead of returning 400."""

    def show_page(original: Any, mock: Any, context: Any) -> Any:
        if mock.apps.find(context.args.get("client_id", "")) is None and context.args.get("redirect_uri"):
            return mock.consent.redirect(f"{context.args['redirect_uri']}?error=unauthorized_client")
        return original(mock, context)

    wrap_handler(mock.handlers, "GET /connect", show_page)


@fault("SC-CODE-10")
def code_for_a_custom_scheme_is_in_the_fragment(mock: Any) -> None:
    """The redirect to a URI with a custom scheme has `code` in the fragment instead of the query."""
    wrap_method(
        mock.consent,
        "redirect_url",
        lambda original, pending, parameters: _in_fragment(original(pending, parameters)),
    )


@fault("SC-CODE-11")
def display_popup_returns_400(mock: Any) -> None:
    """GET /connect with the parameter `display` returns 400."""

    def show_page(original: Any, mock: Any, context: Any) -> Any:
        return mock.consent.refuse("No popups.") if "display" in context.args else original(mock, context)

    wrap_handler(mock.handlers, "GET /connect", show_page)


@fault("SC-CODE-12")
def denial_has_no_state(mock: Any) -> None:
    """The redirect after a denial has no `state`."""

    def redirect_url(original: Any, pending: Any, parameters: Any) -> str:
        is_denial = parameters[0][0] == "error"
        url: str = original(replace(pending, state=None) if is_denial else pending, parameters)
        return url

    wrap_method(mock.consent, "redirect_url", redirect_url)


@fault("SC-CODE-13")
def any_response_type_shows_the_consent_page(mock: Any) -> None:
    """GET /connect shows the consent page for every `response_type`."""
    mock.apps.supports_response_type = lambda _app, _response_type: True


@fault("SC-CODE-13")
def response_type_token_returns_an_access_token(mock: Any) -> None:
    """GET /connect with `response_type=token` redirects with an access token in the fragment."""

    def show_page(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        if context.args.get("response_type") == "token" and "Location" in response.headers:
            response.headers["Location"] = (
                context.args["redirect_uri"] + "#access_token=" + mock.tokens.new_secret()
            )
        return response

    wrap_handler(mock.handlers, "GET /connect", show_page)


@fault("SC-CODE-14")
def code_is_valid_for_a_day(mock: Any) -> None:
    """A code is valid for 24 hours instead of ten minutes."""
    mock.codes.lifetime = lambda: 24 * 3600


@fault("SC-CODE-15")
def reuse_of_a_code_revokes_no_token(mock: Any) -> None:
    """The second exchange of a code is refused, but the tokens of the first exchange stay valid."""
    mock.codes.revoke_tokens = lambda _code: None


@fault("SC-CODE-01")
def consent_page_of_the_second_app_is_plain_text(mock: Any) -> None:
    """The consent page has the Content-Type text/plain for every app but the first."""

    def show(original: Any, ticket: str, pending: Any, *args: Any) -> Any:
        page = original(ticket, pending, *args)
        if pending.client_id != FIRST.client_id:
            page.content_type = "text/plain; charset=utf-8"
        return page

    wrap_method(mock.consent, "show", show)


@fault("SC-CODE-04", "SC-TOKEN-02")
def second_code_of_a_user_gives_no_refresh_token(mock: Any) -> None:
    """The token response for each code of a user but the first has no `refresh_token`."""
    user_ids: set[int] = set()

    def issue(original: Any, mock: Any, context: Any) -> Any:
        code = mock.codes.find(context.request.form.get("code", ""))
        response = original(mock, context)
        if code is None or response.status_code != 200:
            return response
        is_first = code.user.id not in user_ids
        user_ids.add(code.user.id)
        return response if is_first else edit_json(response, _without_refresh_token)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-CODE-10")
def code_for_a_custom_scheme_cannot_be_exchanged(mock: Any) -> None:
    """A code that was sent to a `redirect_uri` with a custom scheme can't be exchanged."""
    wrap_method(
        mock.codes,
        "redirect_uri_matches",
        lambda original, code, uri: code.redirect_uri.startswith("http") and original(code, uri),
    )


@fault("SC-CODE-03")
def second_approval_in_a_browser_has_no_state(mock: Any) -> None:
    """The redirect after the second approval in one browser has no `state`."""
    browsers: set[str] = set()

    def approved(original: Any, pending: Any, user: Any) -> Any:
        is_second = pending.browser in browsers
        browsers.add(pending.browser)
        return original(replace(pending, state=None) if is_second else pending, user)

    wrap_method(mock.consent, "approved", approved)


@fault("SC-CODE-05")
def expired_spent_code_can_be_exchanged_again(mock: Any) -> None:
    """A code that was exchanged is refused until its lifetime is over and then accepted again."""

    def is_old(code: Code) -> bool:
        return bool(mock.clock.now() > code.issued_at + mock.codes.lifetime())

    wrap_method(mock.codes, "is_spent", lambda original, code: original(code) and not is_old(code))
    wrap_method(mock.codes, "is_expired", lambda original, code: original(code) and not code.spent)


@fault("SC-CODE-06")
def redirect_uri_comparison_ignores_case(mock: Any) -> None:
    """A code can be exchanged with its `redirect_uri` in capitals instead of small letters."""
    _accept_redirect_uri(mock, lambda code, uri: uri.lower() == code.redirect_uri.lower())


@fault("SC-CODE-12", "SC-ERR-01")
def denial_for_a_custom_scheme_is_not_redirected(mock: Any) -> None:
    """A denial shows an error page instead of a redirect if the `redirect_uri` has a custom scheme."""

    def denied(original: Any, pending: Any) -> Any:
        if pending.redirect_uri.startswith("http"):
            return original(pending)
        return mock.consent.refuse("You have refused.")

    wrap_method(mock.consent, "denied", denied)


@fault("SC-CODE-05")
def concurrent_exchanges_of_a_code_all_succeed(mock: Any) -> None:
    """Two concurrent exchanges of one code both return tokens."""
    is_concurrent = concurrent_requests_event(mock)
    wrap_method(
        mock.codes, "spend", lambda original, code: None if is_concurrent.is_set() else original(code)
    )


def _without_refresh_token(tokens: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in tokens.items() if name != "refresh_token"}


def _rename_code(name: str) -> str:
    return "authorization_code" if name == "code" else name


def _in_fragment(location: str) -> str:
    return location if location.startswith("http") else location.replace("?", "#")


def _accept_redirect_uri(mock: Any, agree: Callable[[Code, str], bool]) -> None:
    """Accept a `redirect_uri` at the token endpoint also if `agree` returns True."""

    def redirect_uri_matches(original: Any, code: Code, redirect_uri: str | None) -> bool:
        if redirect_uri and agree(code, redirect_uri):
            code.redirect_uri = redirect_uri  # Authlib compares the two as well
        return bool(original(code, redirect_uri))

    wrap_method(mock.codes, "redirect_uri_matches", redirect_uri_matches)


def _edit_redirect_parameters(mock: Any, change: Any) -> None:
    """Replace the parameters of the redirect to the app by `change(parameters)`."""
    wrap_method(
        mock.consent,
        "redirect_url",
        lambda original, pending, parameters: original(pending, change(parameters)),
    )


def _edit_state(mock: Any, change: Any) -> None:
    """Replace `state` in the redirect to the app by `change(state)`."""

    def redirect_url(original: Any, pending: Any, parameters: Any) -> str:
        state = None if pending.state is None else change(pending.state)
        url: str = original(replace(pending, state=state), parameters)
        return url

    wrap_method(mock.consent, "redirect_url", redirect_url)


def _edit_token_responses_for_codes(mock: Any, change: Any) -> None:
    """Replace the JSON of token responses for a code by `change(json)`."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        if context.request.form.get("grant_type") == "authorization_code":
            return edit_json(response, change)
        return response

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)
