"""From where the holders of a role may enter: lists of networks, IPv4 and IPv6."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import duckdb

_OF_LOGIN = """
    select network from core.role_network join core.user_role using (role) where login = $login order by network
"""


def of_login(cursor: duckdb.DuckDBPyConnection, login: str) -> tuple[str, ...]:
    """The networks of all roles of a person together; none means that any address will do."""
    return tuple(row[0] for row in cursor.execute(_OF_LOGIN, {"login": login}).fetchall())


def admits(networks: tuple[str, ...], address: str) -> bool:
    """Whether an address lies in one of the networks, or there are none; what is no address lies nowhere."""
    if not networks:
        return True
    found = _read(address)
    return found is not None and any(found in ip_network(network) for network in networks)


def normal(network: str) -> str | None:
    """A network as it is kept (10.1.2.3/8 becomes 10.0.0.0/8), or nothing where the text is none."""
    try:
        found = ip_network(network.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(found, IPv6Network) and found.network_address.ipv4_mapped and found.prefixlen >= 96:
        return str(ip_network(f"{found.network_address.ipv4_mapped}/{found.prefixlen - 96}"))
    return str(found)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return None
    # A dual-stack socket reports IPv4 visitors as ::ffff:10.0.0.1.
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
