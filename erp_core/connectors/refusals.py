"""What connectors refuse: wrong definitions, places outside their folder, closed addresses, rows that do not fit."""

from __future__ import annotations

from erp_core.foundation.errors import Refusal


class ConnectorUnknown(Refusal):
    """There is no active connector {name}."""


class ConnectorInvalid(Refusal):
    """Connector {name}: {field} is {value}; {problem}."""


class ConnectorNotRehearsed(Refusal):
    """{verb} reads files and addresses and cannot be rehearsed."""


class ConnectorFolderMissing(Refusal):
    """No folder for connectors is set, or {folder} does not exist."""


class PlaceOutside(Refusal):
    """{place} lies outside the folder of connectors, or is a link."""


class FileTooLarge(Refusal):
    """{file} has more than {limit} MB."""


class FileNotAsSaid(Refusal):
    """{file} is not what its name says: {problem}."""


class FieldsMissing(Refusal):
    """{file} has no field {field}; it has: {known}."""


class AddressForbidden(Refusal):
    """{host} ({address}) may not be asked: {problem}."""


class OtherSideFailed(Refusal):
    """{host} did not answer as it should: {problem}."""


class SecretMissing(Refusal):
    """The environment variable {variable} is not set."""


class RowUnfit(Refusal):
    """{external_id}: {field}: {problem}."""


class RowTakenAlready(Refusal):
    """{external_id} of {connector} was taken already by another run."""


class RowChangedOutside(Refusal):
    """{external_id} was taken before and has changed since; {target} cannot change what it once made."""


class LetterUnknown(Refusal):
    """There is no open dead letter {letter}."""
