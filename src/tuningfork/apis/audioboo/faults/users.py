"""Faults of users (https://github.com/audioBoom/api: sections/users.md)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.models import User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

ACCOUNT = "GET /account"


@fault("AB-USER-01")
def users_without_query_are_listed(mock: Any) -> None:
    """GET /users without `find[username]` and `find[query]` lists all users."""

    def index(handle: Any, mock: Any, context: Any) -> Any:
        if context.text("find[username]") is None and context.text("find[query]") is None:
            return mock.pagination.respond(context, "users", mock.users.list_all(), mock.profiles.serialize)
        return handle(mock, context)

    wrap_handler(mock.handlers, "GET /users", index)


@fault("AB-USER-01")
def second_user_query_is_ignored(mock: Any) -> None:
    """GET /users ignores its second query, `find[query]`, if the request also has `find[username]`."""

    def index(handle: Any, mock: Any, context: Any) -> Any:
        name, query = context.text("find[username]"), context.text("find[query]")
        if name is None or query is None:
            return handle(mock, context)
        return mock.pagination.respond(
            context, "users", mock.users.find_by_pattern(name), mock.profiles.serialize
        )

    wrap_handler(mock.handlers, "GET /users", index)


@fault("AB-USER-01")
def exact_username_is_not_found(mock: Any) -> None:
    """`find[username]` finds users whose name starts with the text, but not the user of exactly this name."""
    wrap_method(
        mock.users,
        "find_by_pattern",
        lambda original, name: [user for user in original(f"{name}*") if user.username != name],
    )


@fault("AB-USER-02", "AB-SIGN-10", "AB-USER-01")
def unsigned_account_returns_null(mock: Any) -> None:
    """An unsigned GET /account returns 200 with null as `user`, instead of 401."""

    def show(handle: Any, mock: Any, context: Any) -> Any:
        return handle(mock, context) if context.viewer else mock.envelope.respond({"user": None})

    wrap_method(
        mock.authorization,
        "requires_user",
        lambda original, operation: operation != ACCOUNT and original(operation),
    )
    wrap_handler(mock.handlers, ACCOUNT, show)


@fault("AB-USER-02", "AB-SIGN-10")
def unsigned_account_returns_403(mock: Any) -> None:
    """An unsigned GET /account returns 403 instead of 401."""

    def require_user(original: Any, context: Any) -> None:
        if context.operation == ACCOUNT and context.viewer is None:
            raise HttpError(403, "this is the account of a user")
        original(context)

    wrap_method(mock.authorization, "require_user", require_user)


@fault("AB-USER-02")
def account_is_of_another_user(mock: Any) -> None:
    """GET /account always returns the account of another user, who cannot sign in."""

    def serialize_own(original: Any, _user: User, context: Any) -> Any:
        return original(next(user for user in mock.users.list_all() if user.password is None), context)

    wrap_method(mock.profiles, "serialize_own", serialize_own)


@fault("AB-USER-03")
def long_profile_description_is_cut(mock: Any) -> None:
    """A profile description of more than 255 characters is cut to 255."""
    mock.form_fields.parse_short_text = lambda _name, text: text[:255]


@fault("AB-USER-03")
def profile_description_is_counted_in_bytes(mock: Any) -> None:
    """A profile description is limited to 255 bytes instead of 255 characters."""
    wrap_method(
        mock.form_fields,
        "parse_short_text",
        lambda original, name, text: original(name, text.encode().decode("latin-1")),
    )


@fault("AB-USER-03")
def refused_profile_update_changes_name(mock: Any) -> None:
    """A profile description that is too long returns 422, but the name in the same request is stored."""

    def read_user(original: Any, context: Any) -> Any:
        try:
            return original(context)
        except HttpError:
            if (name := context.text("user[profile_name]")) is not None:
                context.user.profile_name = name
            raise

    wrap_method(mock.form_fields, "read_user", read_user)


@fault("AB-USER-03")
def profile_location_is_not_updated(mock: Any) -> None:
    """PUT /account ignores `profile_location`."""

    def update(original: Any, user: User, values: dict[str, Any]) -> None:
        original(user, {name: value for name, value in values.items() if name != "profile_location"})

    wrap_method(mock.users, "update", update)
