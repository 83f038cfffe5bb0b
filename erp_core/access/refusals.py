"""Every way in which the door stays shut."""

from erp_core.foundation.errors import Refusal


class SignInWrong(Refusal):
    """The login or the password is wrong."""


class SignInLocked(Refusal):
    """Too many failures: this login or address may try again in {minutes} minutes."""


class AddressClosed(Refusal):
    """{login} may not enter from {address}: the networks of the role do not hold it."""


class PassStale(Refusal):
    """You are not signed in, or no longer so."""


class TicketStale(Refusal):
    """This link was used before, has expired, or never was one."""


class TooManyRequests(Refusal):
    """Too many requests came from {address} today."""


class PasswordShort(Refusal):
    """A password has at least {least} characters."""


class PasswordPlain(Refusal):
    """A password mixes at least three of: small letters, capital letters, digits, other signs."""


class PasswordLikeLogin(Refusal):
    """A password does not contain the login."""


class PasswordCommon(Refusal):
    """This password is among those that are tried first."""


class PasswordUsedBefore(Refusal):
    """The last {count} passwords are not used again."""


class PasswordOldWrong(Refusal):
    """The old password is wrong."""


class LoginInvalid(Refusal):
    """{login} cannot be a login: 2 to 32 letters, digits, dots, dashes or underscores, no sign first."""


class LoginTaken(Refusal):
    """{login} is already a user, or asks to be one."""


class PersonIncomplete(Refusal):
    """A request for an account needs {field}."""


class SettingInvalid(Refusal):
    """{key} cannot be {value}; it takes {wanted}."""
