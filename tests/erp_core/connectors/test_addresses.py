"""Addresses that may not be asked: our own network unless allowed, link-local and metadata never."""

from __future__ import annotations

import pytest

from erp_core.connectors import addresses
from erp_core.connectors.places import Limits
from erp_core.foundation.errors import Refusal
from tests.erp_core.connectors.elsewhere import running


def limits(*hosts):
    return Limits("", hosts, 1)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.1.2.3", "192.168.0.7", "172.16.9.9", "[::1]", "[fd12::1]", "[::ffff:127.0.0.1]", "localhost"],
)
def test_our_own_network_is_closed_unless_it_is_allowed(host):
    with pytest.raises(Refusal) as refused:
        addresses.checked(f"http://{host}/x", limits())
    assert refused.value.code == "AddressForbidden"
    assert addresses.checked(f"http://{host}/x", limits(host.strip("[]")))


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "169.254.1.1", "[fe80::1]", "0.0.0.0", "[fd00:ec2::254]", "100.100.100.200"]
)
def test_metadata_and_link_local_are_never_asked(host):
    plain = host.strip("[]")
    with pytest.raises(Refusal) as refused:
        addresses.checked(f"http://{host}/x", limits(plain, "0.0.0.0/0", "::/0"))
    assert refused.value.code == "AddressForbidden"


def test_networks_and_ports_can_be_allowed():
    assert addresses.checked("http://10.1.2.3/x", limits("10.0.0.0/8")) == "10.1.2.3"
    assert addresses.checked("http://127.0.0.1:8080/x", limits("127.0.0.1:8080")) == "127.0.0.1"
    with pytest.raises(Refusal):
        addresses.checked("http://127.0.0.1:22/x", limits("127.0.0.1:8080"))


def test_an_answer_is_cut_off_at_the_limit():
    with running() as other:
        other.pages["/big"] = b"[" + b" " * (1024 * 1024 + 10) + b"]"
        with pytest.raises(Refusal) as refused:
            addresses.fetch(f"{other.address}/big", limits("localhost"), parameters={}, token="")
    assert refused.value.code == "FileTooLarge"


def test_the_token_goes_along_and_numbers_keep_their_digits():
    with running() as other:
        other.pages["/x"] = b'[{"price": 0.1000000000000000055}]'
        found = addresses.fetch(f"{other.address}/x", limits("localhost"), parameters={"a": "1"}, token="t")
        assert found == [{"price": "0.1000000000000000055"}]
        path, asked, headers = other.asked[0]
    assert (path, asked, headers["Authorization"]) == ("/x", {"a": ["1"]}, "Bearer t")
    with pytest.raises(Refusal) as refused:
        addresses.fetch(f"{other.address}/x", limits("localhost"), parameters={}, token="")
    assert refused.value.code == "OtherSideFailed"
