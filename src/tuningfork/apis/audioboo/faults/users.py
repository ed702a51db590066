"""What goes wrong with users (https://github.com/audioBoom/api: sections/users.md)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.models import User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

ACCOUNT = "GET /account"


@fault("AB-USER-01")
def users_are_listed_without_a_question(mock: Any) -> None:
    """/users without find[username] and find[query] lists everybody."""

    def index(handle: Any, mock: Any, call: Any) -> Any:
        if call.text("find[username]") is None and call.text("find[query]") is None:
            return mock.pages.answer(call, "users", mock.users.all(), mock.users.show)
        return handle(mock, call)

    wrap_handler(mock.handlers, "GET /users", index)


@fault("AB-USER-01")
def second_question_is_passed_over(mock: Any) -> None:
    """/users with both find[username] and find[query] looks for the username."""

    def index(handle: Any, mock: Any, call: Any) -> Any:
        name, query = call.text("find[username]"), call.text("find[query]")
        if name is None or query is None:
            return handle(mock, call)
        return mock.pages.answer(call, "users", mock.users.named(name), mock.users.show)

    wrap_handler(mock.handlers, "GET /users", index)


@fault("AB-USER-01")
def user_who_is_asked_for_by_name_is_left_out(mock: Any) -> None:
    """find[username] finds those whose names go on after the one that is asked for."""
    wrap_method(
        mock.users,
        "named",
        lambda named, name: [user for user in named(f"{name}*") if user.username != name],
    )


@fault("AB-USER-02", "AB-SIGN-10", "AB-USER-01")
def account_of_nobody_is_empty(mock: Any) -> None:
    """/account without a signature is answered 200, with null for a user."""

    def show(handle: Any, mock: Any, call: Any) -> Any:
        return handle(mock, call) if call.viewer else mock.envelope.answer({"user": None})

    wrap_method(mock.guard, "needs_user", lambda needs, operation: operation != ACCOUNT and needs(operation))
    wrap_handler(mock.handlers, ACCOUNT, show)


@fault("AB-USER-02", "AB-SIGN-10")
def account_of_nobody_is_forbidden(mock: Any) -> None:
    """/account without a signature is answered 403."""

    def need_rights(need: Any, call: Any) -> None:
        if call.operation == ACCOUNT and call.viewer is None:
            raise HttpError(403, "this is the account of somebody")
        need(call)

    wrap_method(mock.guard, "need_rights", need_rights)


@fault("AB-USER-02")
def account_is_the_oldest_that_cannot_sign_in(mock: Any) -> None:
    """/account is the same account, whoever signs."""

    def show_own(show: Any, _user: User, call: Any) -> Any:
        return show(next(user for user in mock.users.all() if user.password is None), call)

    wrap_method(mock.users, "show_own", show_own)


@fault("AB-USER-03")
def long_description_of_a_profile_is_cut(mock: Any) -> None:
    """A description of over 255 characters is cut to 255."""
    mock.fields.short = lambda _name, text: text[:255]


@fault("AB-USER-03")
def description_is_counted_in_bytes(mock: Any) -> None:
    """A description may have 255 bytes, so that fewer of other letters fit."""
    wrap_method(mock.fields, "short", lambda short, name, text: short(name, text.encode().decode("latin-1")))


@fault("AB-USER-03")
def refused_description_changes_the_name(mock: Any) -> None:
    """A description that is too long is refused, but the name beside it is kept."""

    def user(user: Any, call: Any) -> Any:
        try:
            return user(call)
        except HttpError:
            if (name := call.text("user[profile_name]")) is not None:
                call.user.profile_name = name
            raise

    wrap_method(mock.fields, "user", user)


@fault("AB-USER-03")
def place_of_a_profile_is_not_changed(mock: Any) -> None:
    """PUT /account passes over profile_location."""

    def change(change: Any, user: User, kept: dict[str, Any]) -> None:
        change(user, {name: value for name, value in kept.items() if name != "profile_location"})

    wrap_method(mock.users, "change", change)
