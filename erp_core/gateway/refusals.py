"""Every way in which the host, or the road to it, says no."""

from erp_core.foundation.errors import Refusal


class HostGone(Refusal):
    """The host of the books at {address} does not answer any more ({detail})."""


class HostStopping(Refusal):
    """The host of these books is being shut down and takes no new work."""


class HostFailed(Refusal):
    """The host met a fault of its own, number {number} in its log."""


class RefusedElsewhere(Refusal):
    """The host refused for a reason this program does not know: {refusal}: {text}"""


class KeyWrong(Refusal):
    """The key of this machine is wrong, or was not shown from this machine."""


class OriginForeign(Refusal):
    """A page of {origin} may not act here."""


class PasswordDue(Refusal):
    """{login} has to choose a new password first."""


class AnotherUser(Refusal):
    """A token acts for its owner only; it cannot act as {login}."""


class BodyTooLarge(Refusal):
    """What was sent is larger than {limit} MB."""


class BodyUnreadable(Refusal):
    """What was sent cannot be read: {problem}."""


class ArgumentUnfit(Refusal):
    """{verb}: {argument} does not fit; it takes {wanted}."""


class ContentUnfit(Refusal):
    """{verb} could make nothing of what was given ({problem}); the log holds more under number {number}."""


class ValueNotCarried(Refusal):
    """A value of type {kind} cannot be sent to the books."""


class PlaceUnknown(Refusal):
    """There is nothing at {place}."""


class BranchUnknown(Refusal):
    """There is no branch {branch} of yours; it may have been closed after {minutes} idle minutes."""


class BranchesFull(Refusal):
    """The host keeps {most} branches at a time, and all are in use."""


class DemoClosed(Refusal):
    """Only the books of the demo let visitors in without a password, and only on this machine."""


class ProviderAway(Refusal):
    """One cannot enter by {issuer} now: it does not answer as a provider of identities, or is not set up here."""


class ProviderUnproved(Refusal):
    """What came back from {issuer} proves nothing ({problem})."""
