"""The certificate of a hub, made once and kept in its encrypted database. PCs pin it, so nobody needs to sign it.

The private key leaves the database only encrypted, with a password that does not.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Connection

from sync.replica import local_values
from sync.replica.replica import Replica

_VALUE = "hub.certificate"
#: Clocks in a clinic may be wrong by years, and nobody looks at these dates.
_BEGIN, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HubCertificate:
    """``pem``: certificate and encrypted private key; ``fingerprint``: SHA-256 of the certificate."""

    pem: str = field(repr=False)
    password: str = field(repr=False)
    fingerprint: bytes


def hub_certificate(replica: Replica) -> HubCertificate:
    """The certificate of this hub, made now if there is none yet."""
    district = replica.identity.district

    def work(connection: Connection) -> dict[str, str]:
        kept = local_values.read_value(connection, district, _VALUE)
        if kept is None:
            kept = json.dumps(_made(replica.identity.device, replica.environment.random_bytes(32).hex()))
            local_values.write_value(connection, district, _VALUE, kept)
        values: dict[str, str] = json.loads(kept)
        return values

    values = replica.write(work)
    certificate = x509.load_pem_x509_certificate(values["pem"].encode())
    shown = certificate.public_bytes(serialization.Encoding.DER)
    return HubCertificate(values["pem"], values["password"], hashlib.sha256(shown).digest())


def _made(device: str, password: str) -> dict[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"rujuk-hub-{device[:8]}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGIN)
        .not_valid_after(_END)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )
    return {"pem": (private + certificate.public_bytes(serialization.Encoding.PEM)).decode(), "password": password}
