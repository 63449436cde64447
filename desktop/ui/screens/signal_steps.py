"""Buttons for what can be noted about a signal next; one pressed asks for its details first, a receipt for none.

It only collects what happened: which steps are offered is decided by ``sync.records.signal_state``, and saving is the
screen's. That an official has declared a KLB is asked for with name, number and day of the decree.
"""

from collections.abc import Mapping
from types import MappingProxyType

from desktop.actions.outbreak import STEP_NEEDS, STEP_ROWS
from desktop.ui.texts import tr
from desktop.ui.widgets.step_forms import StepForms, Steps
from sync.records import SignalEvent
from sync.records.signal_state import REMARKS

BUTTONS: Mapping[str, str] = MappingProxyType(
    {
        "diterima": "&Terima laporan",
        "terverifikasi": "Ter&verifikasi…",
        "tidak_terbukti": "Tidak ter&bukti…",
        "ke_provinsi": "Ke p&rovinsi…",
        "ke_kemenkes": "Ke Kem&enkes…",
        "klb_ditetapkan": "Keputusan pe&jabat…",
        "ditutup": "Tut&up…",
        "pe_dimulai": "PE &dimulai…",
        "pembaruan": "Jum&lah baru…",
        "hasil_lab": "Hasil l&ab…",
        "catatan": "&Catatan…",
    }
)
HEADS: Mapping[str, str] = MappingProxyType(
    {
        "terverifikasi": "Terverifikasi: apa yang diperiksa dan ditemukan?",
        "tidak_terbukti": "Tidak terbukti: mengapa?",
        "pe_dimulai": "Penyelidikan epidemiologi dimulai",
        "ke_provinsi": "Diteruskan ke Dinas Kesehatan provinsi",
        "ke_kemenkes": "Diteruskan ke Kementerian Kesehatan",
        "klb_ditetapkan": "Pejabat telah menetapkan KLB: catat keputusannya. Program ini tidak menetapkan apa pun.",
        "hasil_lab": "Hasil laboratorium",
        "pembaruan": "Jumlah seluruhnya sampai sekarang",
        "ditutup": "Sinyal ditutup: bagaimana akhirnya?",
        "catatan": "Catatan",
    }
)


class SignalSteps(StepForms):
    """The steps of a signal above, remarks below: side by side they would be wider than the page."""

    def __init__(self) -> None:
        super().__init__(tr("Catat langkah"), Steps(SignalEvent, BUTTONS, HEADS, STEP_ROWS, STEP_NEEDS), below=REMARKS)
