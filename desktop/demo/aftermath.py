"""The second half of a referral as two people play it: departure, arrival, back-referral, and the task it becomes.

Goes on where the journey has brought an answer. As there, no step may call into the program behind its widgets.
"""

from dataclasses import dataclass

from desktop.demo.stage import Side, Stage
from desktop.demo.steps import SYNC, Step, exchange


@dataclass(frozen=True, slots=True)
class Treated:
    """What the hospital writes back about a patient. ``control`` is a day as it is typed, ``done`` what follows.

    A patient without a ``vehicle`` goes alone, and nobody notes the departure.
    """

    patient: str
    escort: str
    vehicle: str
    received_by: str
    diagnosis: str
    control: str
    drugs: str
    advice: str
    done: str


def aftermath(treated: Treated, name: str) -> tuple[Step, ...]:
    """The steps for one accepted patient; ``name`` begins the names of the pictures."""
    patient = treated.patient

    def depart(stage: Stage) -> Side:
        hands = stage.puskesmas.hands
        hands.come_here()
        hands.pick_in_menu("Rujukan")
        hands.pick_card(patient)
        hands.press("Pasien berangkat…")
        hands.fill("Pendamping", treated.escort)
        hands.fill("Kendaraan", treated.vehicle)
        hands.press("Simpan")
        hands.wait_to_see("✓ Berangkat")
        return stage.puskesmas

    def arrive(stage: Stage) -> Side:
        exchange(stage.puskesmas)
        hands = stage.hospital.hands
        hands.come_here()
        hands.pick_in_menu("Rujukan masuk")
        hands.press_until_seen(SYNC, patient, "Berangkat" if treated.vehicle else "Diterima")
        hands.pick_card(patient)
        hands.press("Pasien tiba…")
        hands.fill("Diserahterimakan kepada", treated.received_by)
        hands.press("Simpan")
        hands.wait_to_see("✓ Tiba di RS")
        return stage.hospital

    def fill_back_referral(stage: Stage) -> Side:
        hands = stage.hospital.hands
        hands.press("Rujuk balik…")
        hands.fill("Diagnosis akhir", treated.diagnosis)
        hands.fill("Tanggal kontrol", treated.control)
        hands.fill("Rencana obat", treated.drugs)
        hands.fill("Saran tindak lanjut", treated.advice)
        return stage.hospital

    def refer_back(stage: Stage) -> Side:
        hands = stage.hospital.hands
        hands.press("Simpan")
        hands.wait_to_see("✓ Dirujuk balik")
        return stage.hospital

    def see_task(stage: Stage) -> Side:
        exchange(stage.hospital)
        hands = stage.puskesmas.hands
        hands.come_here()
        hands.press(SYNC)
        hands.pick_in_menu("Daftar kerja")
        hands.press_until_seen(SYNC, patient, "Kontrol")
        hands.pick_card(patient)
        hands.wait_to_see(treated.drugs)
        return stage.puskesmas

    def follow_up(stage: Stage) -> Side:
        hands = stage.puskesmas.hands
        hands.press("Sudah ditindaklanjuti…")
        hands.fill("Catatan", treated.done)
        hands.press("Simpan")
        hands.wait_not_to_see(treated.drugs)
        exchange(stage.puskesmas)
        return stage.puskesmas

    departure = (Step("Puskesmas: pasien berangkat", f"{name}-berangkat", depart),) if treated.vehicle else ()
    return (
        *departure,
        Step("Rumah sakit: pasien tiba, serah terima dicatat", f"{name}-tiba", arrive),
        Step("Rumah sakit: rujuk balik ditulis", f"{name}-isi-rujuk-balik", fill_back_referral),
        Step("Rumah sakit: rujuk balik tersimpan", f"{name}-rujuk-balik", refer_back),
        Step("Puskesmas: rujuk balik menjadi tugas", f"{name}-tugas", see_task),
        Step("Puskesmas: tugas selesai, pasien kembali ke puskesmas", f"{name}-selesai", follow_up),
    )
