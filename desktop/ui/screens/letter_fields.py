"""How the letter is laid out: its fields in the order in which a nurse thinks, and which of them are asked when.

An emergency is asked only what it needs, the rest on demand; a field that holds something is never hidden.
"""

from collections.abc import Set as AbstractSet

from desktop.queries.polyclinics import polyclinics
from desktop.ui.desk import Desk
from desktop.ui.screens.diagnosis_search import diagnosis_field
from desktop.ui.texts import tr
from desktop.ui.widgets.danger_signs import DangerSignsEditor
from desktop.ui.widgets.fields import ChoiceEditor
from desktop.ui.widgets.measure_editor import MeasureEditor
from desktop.ui.widgets.record_form import RecordForm, Section
from desktop.ui.widgets.suggestions import suggesting
from sync.records import Referral
from sync.records.facility import WARD_CLASSES
from sync.records.rules import is_emergency

_MEASURES = ("systolic", "diastolic", "pulse", "respiration", "temperature", "saturation", "gcs", "weight", "height")

_ESCORTS = ("Suami", "Istri", "Ibu", "Ayah", "Anak", "Keluarga", "Perawat", "Bidan", "Dokter")
_VEHICLES = ("Ambulans puskesmas", "Ambulans desa", "Kendaraan pribadi", "Sepeda motor", "Mobil keluarga", "Umum")

#: What every letter asks.
_ALWAYS = frozenset(
    {"urgency", "kind", "anamnesis", "systolic", "diastolic", "pulse", "respiration", "temperature", "saturation"}
    | {"consciousness", "gcs", "weight", "diagnosis_label", "therapy", "reason", "allergies"}
    | {"doctor_name", "contact_phone"}
)
_NO_EMERGENCY = frozenset(
    {"purpose", "polyclinic_code", "planned_date", "examination", "pain", "height", "results", "results_date"}
    | {"differential", "consent", "consent_by", "escort", "vehicle"}
)


def letter_form(desk: Desk) -> RecordForm:
    """The form of a letter, top to bottom in the order of the keyboard."""
    form = RecordForm(
        Referral,
        [
            Section(
                tr("Rujukan"),
                [["urgency", "kind", "ward_class", "planned_date"], ["purpose", "polyclinic_code"], ["danger_signs"]],
            ),
            Section(
                tr("Keadaan pasien"),
                [
                    ["anamnesis"],
                    ["examination"],
                    ["systolic", "diastolic", "pulse", "respiration", "temperature", "saturation"],
                    [("consciousness", 3), ("gcs", 2), ("pain", 3), ("weight", 2), ("height", 2)],
                    [("results", 3), ("results_date", 1)],
                    ["allergies"],
                ],
            ),
            Section(tr("Diagnosis dan tindakan"), [["diagnosis_label"], ["differential"], ["therapy"], ["reason"]]),
            Section(
                tr("Persetujuan, pengantar dan perujuk"),
                [["consent", "consent_by"], ["escort", "vehicle"], ["doctor_name", "contact_phone"]],
            ),
        ],
        {"ward_class": WARD_CLASSES.items(), "polyclinic_code": ()},
        {
            "diagnosis_label": diagnosis_field(desk, "referral_form"),
            "differential": diagnosis_field(desk, "referral_form"),
            "danger_signs": DangerSignsEditor,
            "escort": suggesting(_ESCORTS),
            "vehicle": suggesting(_VEHICLES),
            **dict.fromkeys(_MEASURES, MeasureEditor),
        },
    )
    polyclinic = form.editor("polyclinic_code")
    polyclinic.label.setText(Referral.type.fields["polyclinic"].label)
    polyclinic.control.setAccessibleName(Referral.type.fields["polyclinic"].label)
    if isinstance(polyclinic, ChoiceEditor):
        # In the reading thread, because the list is a file.
        desk.read(lambda _reader: polyclinics(), polyclinic.set_choices, slot="referral_form.polyclinics")
    return form


def asked_fields(urgency: object, kind: object, *, everything: bool) -> AbstractSet[str]:
    """The fields to show. ``everything``: somebody wants to fill in more than an emergency needs."""
    emergency = is_emergency(urgency, kind)
    asked = set(_ALWAYS)
    if not emergency or everything:
        asked |= _NO_EMERGENCY
    if emergency:
        asked.add("danger_signs")
    if kind != "rawat_jalan":
        asked.add("ward_class")
    return asked
