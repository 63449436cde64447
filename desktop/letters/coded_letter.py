"""The letter in as few bytes as will do for a hospital without a network: packed small, long texts shortened.

It holds no more than the paper prints, beside the referral's own id, which says nothing about anybody. It must never
let a value through that the record types do not allow.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from desktop.letters.common_words import WORDS_1
from desktop.queries.letter_subject import known_allergies
from sync.errors import BadInput
from sync.records import Patient, RecordType, Referral, Wire

#: What a coded letter shall not exceed, signature and all; then its QR code is some 45 mm wide.
AIM_BYTES = 900

# The order of these names is the format. A field can be added at the end only.
_LETTER = (
    *("number", "written_at", "kind", "urgency", "polyclinic", "polyclinic_code", "purpose", "danger_signs"),
    *("ward_class", "planned_date", "diagnosis_code", "diagnosis_set", "diagnosis_label", "differential_code"),
    *("differential_set", "differential", "kd_tacc", "tacc_reason", "consciousness", "gcs", "systolic", "diastolic"),
    *("pulse", "respiration", "temperature", "saturation", "pain", "weight", "height", "anamnesis", "examination"),
    *("results", "results_date", "therapy", "reason", "allergies", "doctor_name", "contact_phone", "escort"),
    *("vehicle", "consent", "consent_by"),
)
_PATIENT = (
    *("name", "sex", "birth_date", "nik", "jkn_number", "identity_reason", "payer", "record_number"),
    *("phone", "address", "village", "subdistrict"),
)
#: Texts that give way when the letter is too long; who, what number and which diagnosis never do.
_GIVE_WAY = frozenset(
    {"anamnesis", "examination", "results", "therapy", "reason", "differential", "escort", "vehicle", "address"}
)
_CUT = "…"
_ID_BYTES = 16
_MAX_PLAIN = 64 * 1024
_DICTIONARY = WORDS_1.encode()


@dataclass(frozen=True, slots=True)
class CodedLetter:
    """A letter as a QR code holds it: wire values by field name, and the two facilities by BPJS code and name.

    ``patient`` is empty where the record was not at hand. ``shortened``: a text ends in "…" because it was too long;
    the paper has it whole.
    """

    referral: str
    letter: Mapping[str, Wire]
    patient: Mapping[str, Wire]
    sender: tuple[str, str]
    receiver: tuple[str, str]
    shortened: bool = False


def coded_letter(
    letter: Referral, patient: Patient | None, sender: tuple[str, str], receiver: tuple[str, str]
) -> CodedLetter:
    """The coded letter of a referral; ``sender`` and ``receiver`` are BPJS code and name.

    Raises:
        BadInput: a value is not of its field's kind.
    """
    values, person = letter.to_fields(), patient.to_fields() if patient else {}
    values["allergies"] = list(known_allergies(patient, letter))
    return CodedLetter(
        referral=letter.id,
        letter={name: values[name] for name in _LETTER},
        patient={name: person[name] for name in _PATIENT} if person else {},
        sender=sender,
        receiver=receiver,
    )


def pack(coded: CodedLetter, limit: int) -> tuple[bytes, CodedLetter]:
    """``coded`` in at most ``limit`` bytes, and what of it is in them.

    Long texts are shortened equally. Names and numbers never are, so that a letter with little else than very long
    names may exceed the limit.
    """
    packed = _pack(coded)
    if len(packed) <= limit:
        return packed, coded
    low, high = 0, max(len(str(wire)) for name, wire in _texts(coded))
    best = _shortened(coded, low)
    while low < high:
        middle = (low + high + 1) // 2
        attempt = _shortened(coded, middle)
        if len(_pack(attempt)) <= limit:
            low, best = middle, attempt
        else:
            high = middle - 1
    return _pack(best), best


def unpack(packed: bytes) -> CodedLetter:
    """The letter that :func:`pack` packed.

    Raises:
        BadInput: these bytes are none, or hold a value that its field does not allow.
    """
    unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_DICTIONARY)
    try:
        plain = unpacker.decompress(packed, _MAX_PLAIN)
        if not unpacker.eof or unpacker.unused_data:
            raise BadInput("not one whole letter")
        parts = msgspec.msgpack.decode(plain, type=_Parts)
        if len(parts.referral) != _ID_BYTES:
            raise BadInput("not an id")
    except (zlib.error, msgspec.DecodeError, RecursionError) as error:
        raise BadInput("not a letter") from error
    return CodedLetter(
        referral=parts.referral.hex(),
        letter=_named(Referral.type, _LETTER, parts.letter),
        patient=_named(Patient.type, _PATIENT, parts.patient) if parts.patient else {},
        sender=parts.sender,
        receiver=parts.receiver,
        shortened=parts.shortened,
    )


class _Parts(msgspec.Struct, array_like=True, frozen=True):
    referral: bytes
    sender: tuple[str, str]
    receiver: tuple[str, str]
    shortened: bool
    patient: list[Any]
    letter: list[Any]


def _pack(coded: CodedLetter) -> bytes:
    parts = _Parts(
        referral=bytes.fromhex(coded.referral),
        sender=coded.sender,
        receiver=coded.receiver,
        shortened=coded.shortened,
        patient=list(coded.patient.values()),
        letter=list(coded.letter.values()),
    )
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS, memLevel=9, zdict=_DICTIONARY)
    return packer.compress(msgspec.msgpack.encode(parts)) + packer.flush()


def _named(record_type: RecordType, names: tuple[str, ...], wires: list[Any]) -> Mapping[str, Wire]:
    """Values by name, each checked. A newer program may have added some at the end: they are left."""
    if len(wires) < len(names):
        raise BadInput("a value is missing")
    return {name: record_type.fields[name].check_wire(wire) for name, wire in zip(names, wires, strict=False)}


def _texts(coded: CodedLetter) -> list[tuple[str, Wire]]:
    return [item for item in (*coded.letter.items(), *coded.patient.items()) if item[0] in _GIVE_WAY]


def _shortened(coded: CodedLetter, length: int) -> CodedLetter:
    def cut(values: Mapping[str, Wire]) -> Mapping[str, Wire]:
        return {
            name: wire[:length].rstrip() + _CUT
            if name in _GIVE_WAY and isinstance(wire, str) and len(wire) > length
            else wire
            for name, wire in values.items()
        }

    return replace(coded, letter=cut(coded.letter), patient=cut(coded.patient), shortened=True)
