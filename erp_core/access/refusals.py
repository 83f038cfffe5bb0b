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


class UnknownPerson(Refusal):
    """There is no user {login}."""


class UnknownRole(Refusal):
    """There is no role {role}; known: {known}."""


class UnknownPermission(Refusal):
    """{permission} fits no act, area or mask."""


class ScopeInvalid(Refusal):
    """{kind} {value} is no limit of rows: {problem}."""


class OwnerOnly(Refusal):
    """{actor} may not touch {login}: whoever may do everything answers only to one who may as well."""


class LastAdministrator(Refusal):
    """Without {login} nobody could keep users any more."""


class ConflictGained(Refusal):
    """{login} would hold together what should be apart: {rules}."""


class UnknownConflict(Refusal):
    """There is no rule {rule}; known: {known}."""


class ExceptionInvalid(Refusal):
    """An exception of {rule} for {login} cannot stand: {problem}."""


class NetworkInvalid(Refusal):
    """{network} is no network; write 192.168.1.0/24 or 2001:db8::/32."""


class UnknownPass(Refusal):
    """There is no living pass {pass_id}."""


class PassTooLong(Refusal):
    """A token lives 1 to {most} days, not {days}."""


class RequestDecided(Refusal):
    """Request {request_id} does not wait for a decision ({status})."""


class ReviewInvalid(Refusal):
    """The review of {login} for {period} cannot be {decision}: {problem}."""


class ProfileInvalid(Refusal):
    """{field} cannot be {value}."""


class IdentityUnknown(Refusal):
    """{issuer} vouches for {email}, whom nobody here has been matched with."""


class IssuerUntrusted(Refusal):
    """{issuer} is not among the issuers these books trust."""


class IdentityTaken(Refusal):
    """{subject} at {issuer} is already {login}."""
