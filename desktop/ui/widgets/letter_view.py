"""The content of a referral letter to read: captions and texts, in the order in which a doctor decides.

Shows values handed in; what is empty is left out, except what a receiver must be able to see is empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import label
from sync.records import Referral
from sync.records.facility import WARD_CLASSES
from sync.records.referral import CONSCIOUSNESS, CONSENTS, DANGER_SIGNS, PAINS, PURPOSES, REFERRAL_KINDS


@dataclass(frozen=True, slots=True)
class Block:
    """A caption and what stands under it."""

    caption: str
    text: str


def vital_words(letter: Referral) -> str:
    """The vital signs that were taken, in one line with their units."""
    parts = []
    if letter.systolic is not None or letter.diastolic is not None:
        parts.append(f"TD {_or_gap(letter.systolic)}/{_or_gap(letter.diastolic)} mmHg")
    for name in ("pulse", "respiration", "temperature", "saturation", "gcs", "weight", "height"):
        value, field = getattr(letter, name), Referral.type.fields[name]
        if value is not None:
            parts.append(f"{field.label} {value:g} {field.unit}".strip().replace(".", ","))
    if letter.pain is not None:
        parts.append(f"{tr('Nyeri')}: {PAINS.get(letter.pain, letter.pain).lower()}")
    if letter.consciousness is not None:
        parts.insert(0, CONSCIOUSNESS.get(letter.consciousness, letter.consciousness))
    return " · ".join(parts)


def results_words(letter: Referral) -> str:
    """The results with their day, so that the hospital knows whether to repeat them."""
    if letter.results and letter.results_date:
        return f"{letter.results} ({wording.day_words(letter.results_date)})"
    return letter.results or ""


def consent_words(letter: Referral) -> str:
    """Who agreed to the referral; empty where nobody noted it."""
    given = CONSENTS.get(letter.consent or "", letter.consent or "")
    return ": ".join(part for part in (given, letter.consent_by) if part)


def letter_blocks(letter: Referral) -> list[Block]:
    """What the letter says, without the patient's identity."""
    wanted = " · ".join(
        part
        for part in (
            REFERRAL_KINDS.get(letter.kind, letter.kind),
            PURPOSES.get(letter.purpose or "", letter.purpose or ""),
            WARD_CLASSES.get(letter.ward_class or "", letter.ward_class or ""),
            letter.polyclinic or "",
            wording.day_words(letter.planned_date) if letter.planned_date else "",
        )
        if part
    )
    danger = "; ".join(DANGER_SIGNS.get(code, code) for code in letter.danger_signs)
    differential = wording.diagnosis_words(letter.differential_code, letter.differential)
    blocks = [
        Block(tr("Kriteria gawat darurat"), danger),
        Block(tr("Diagnosis kerja"), wording.diagnosis_words(letter.diagnosis_code, letter.diagnosis_label)),
        Block(tr("Alasan/tujuan rujukan"), letter.reason),
        Block(tr("Yang diminta"), wanted),
        Block(tr("Tanda vital"), vital_words(letter) or tr("tidak dicatat")),
        Block(tr("Anamnesis"), letter.anamnesis),
        Block(tr("Pemeriksaan fisik"), letter.examination or ""),
        Block(tr("Hasil penunjang"), results_words(letter)),
        Block(tr("Terapi/tindakan yang telah diberikan"), letter.therapy or tr("tidak dicatat")),
        Block(tr("Diagnosis banding"), differential if letter.differential else ""),
        Block(tr("Alergi"), ", ".join(letter.allergies) or tr("tidak ada yang tercatat")),
        Block(
            tr("Perujuk"),
            " · ".join(part for part in (letter.doctor_name, letter.contact_phone) if part),
        ),
        Block(tr("Persetujuan"), consent_words(letter)),
        Block(tr("Pendamping dan kendaraan"), " · ".join(part for part in (letter.escort, letter.vehicle) if part)),
    ]
    return [block for block in blocks if block.text]


class LetterView(QWidget):
    """Blocks under each other."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)

    def set_blocks(self, blocks: Sequence[Block]) -> None:
        """Show ``blocks``."""
        while (item := self._layout.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        for block in blocks:
            caption = label(block.caption, "quiet")
            caption.setContentsMargins(0, 6, 0, 0)
            self._layout.addWidget(caption)
            text = label(block.text, wrap=True)
            self._layout.addWidget(text)
        self._layout.addStretch(1)


def _or_gap(value: int | None) -> str:
    return "?" if value is None else str(value)
