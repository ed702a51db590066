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

    def index(handle: Any, mock: Any, context: Any) -> Any:
        if context.text("find[username]") is None and context.text("find[query]") is None:
            return mock.pagination.respond(context, "users", mock.users.list_all(), mock.profiles.serialize)
        return handle(mock, context)

    wrap_handler(mock.handlers, "GET /users", index)


@fault("AB-USER-01")
def second_question_is_passed_over(mock: Any) -> None:
    """/users with both find[username] and find[query] looks for the username."""

    def index(handle: Any, mock: Any, context: Any) -> Any:
        name, query = context.text("find[username]"), context.text("find[query]")
        if name is None or query is None:
            return handle(mock, context)
        return mock.pagination.respond(
            context, "users", mock.users.find_by_pattern(name), mock.profiles.serialize
        )

    wrap_handler(mock.handlers, "GET /users", index)


@fault("AB-USER-01")
def user_who_is_asked_for_by_name_is_left_out(mock: Any) -> None:
    """find[username] finds those whose names go on after the one that is asked for."""
    wrap_method(
        mock.users,
        "find_by_pattern",
        lambda original, name: [user for user in original(f"{name}*") if user.username != name],
    )


@fault("AB-USER-02", "AB-SIGN-10", "AB-USER-01")
def account_of_nobody_is_empty(mock: Any) -> None:
    """/account without a signature is answered 200, with null for a user."""

    def show(handle: Any, mock: Any, context: Any) -> Any:
        return handle(mock, context) if context.viewer else mock.envelope.respond({"user": None})

    wrap_method(
        mock.authorization,
        "requires_user",
        lambda original, operation: operation != ACCOUNT and original(operation),
    )
    wrap_handler(mock.handlers, ACCOUNT, show)


@fault("AB-USER-02", "AB-SIGN-10")
def account_of_nobody_is_forbidden(mock: Any) -> None:
    """/account without a signature is answered 403."""

    def require_user(original: Any, context: Any) -> None:
        if context.operation == ACCOUNT and context.viewer is None:
            raise HttpError(403, "this is the account of somebody")
        original(context)

    wrap_method(mock.authorization, "require_user", require_user)


@fault("AB-USER-02")
def account_is_the_oldest_that_cannot_sign_in(mock: Any) -> None:
    """/account is the same account, whoever signs."""

    def serialize_own(original: Any, _user: User, context: Any) -> Any:
        return original(next(user for user in mock.users.list_all() if user.password is None), context)

    wrap_method(mock.profiles, "serialize_own", serialize_own)


@fault("AB-USER-03")
def long_description_of_a_profile_is_cut(mock: Any) -> None:
    """A description of over 255 characters is cut to 255."""
    mock.form_fields.parse_short_text = lambda _name, text: text[:255]


@fault("AB-USER-03")
def description_is_counted_in_bytes(mock: Any) -> None:
    """A description may have 255 bytes, so that fewer of other letters fit."""
    wrap_method(
        mock.form_fields,
        "parse_short_text",
        lambda original, name, text: original(name, text.encode().decode("latin-1")),
    )


@fault("AB-USER-03")
def refused_description_changes_the_name(mock: Any) -> None:
    """A description that is too long is refused, but the name beside it is kept."""

    def read_user(original: Any, context: Any) -> Any:
        try:
            return original(context)
        except HttpError:
            if (name := context.text("user[profile_name]")) is not None:
                context.user.profile_name = name
            raise

    wrap_method(mock.form_fields, "read_user", read_user)


@fault("AB-USER-03")
def place_of_a_profile_is_not_changed(mock: Any) -> None:
    """PUT /account passes over profile_location."""

    def update(original: Any, user: User, values: dict[str, Any]) -> None:
        original(user, {name: value for name, value in values.items() if name != "profile_location"})

    wrap_method(mock.users, "update", update)
