"""Buttons for what can be noted about a referral next; one pressed asks for its details first.

It only collects what happened. Which steps are offered is decided by ``sync.records.referral_steps``, and saving is
the screen's.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from desktop.actions.referral_life import STEP_NEEDS, STEP_ROWS
from desktop.ui.texts import tr
from desktop.ui.widgets.step_forms import StepForms, Steps
from sync.records import ReferralEvent

_BUTTONS: Mapping[str, str] = MappingProxyType(
    {
        "berangkat": "Pasien &berangkat…",
        "tiba": "&Pasien tiba…",
        "tidak_datang": "Tidak &datang…",
        "selesai": "&Selesai di RS…",
        "dirujuk_balik": "&Rujuk balik…",
        "ditindaklanjuti": "Sudah ditinda&klanjuti…",
        "diingatkan": "&Ingatkan RS…",
        "ditelepon": "Catat te&lepon…",
        "pertanyaan": "Tan&ya…",
        "jawaban": "&Jawab pertanyaan…",
    }
)
_HEADS: Mapping[str, str] = MappingProxyType(
    {
        "berangkat": "Pasien berangkat ke rumah sakit",
        "tiba": "Pasien tiba, serah terima",
        "tidak_datang": "Pasien tidak datang",
        "selesai": "Pelayanan di rumah sakit selesai",
        "dirujuk_balik": "Rujuk balik ke puskesmas: apa yang harus dilanjutkan di sana?",
        "ditindaklanjuti": "Rujuk balik sudah ditindaklanjuti: apa yang dilakukan?",
        "diingatkan": "Ingatkan rumah sakit: berbunyi di sana. Pesan boleh kosong.",
        "ditelepon": "Telepon tentang rujukan ini. Bila tidak diangkat, tulis begitu.",
        "pertanyaan": "Pertanyaan tentang pasien ini",
        "jawaban": "Jawaban",
    }
)


class StepPanel(StepForms):
    """The steps of a referral, questions and answers among them."""

    def __init__(self) -> None:
        self._question: ReferralEvent | None = None
        super().__init__(tr("Catat yang terjadi"), Steps(ReferralEvent, _BUTTONS, _HEADS, STEP_ROWS, STEP_NEEDS))

    def offer(self, kinds: Collection[str], question: ReferralEvent | None = None) -> None:
        """Offer these steps, to note a telephone call, and to ask, or to answer ``question``.

        The two answers of a hospital are not offered here.
        """
        self._question = question
        super().offer({*kinds, "ditelepon", "pertanyaan" if question is None else "jawaban"} & STEP_ROWS.keys())

    def more_values(self) -> Mapping[str, Any]:
        if self._kind == "jawaban" and self._question is not None:
            return {"answers": self._question.id}
        return {}
