"""The map of the evaluation with its words: the flows of the chosen facility, and who is not on the map.

What the map shows is also said here, so that it can be read without seeing it. A facility without coordinates is listed
and never put anywhere.
"""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QWidget

from desktop.queries.indicators import Evaluation, Flow
from desktop.queries.indicators_tally import Share
from desktop.ui.screens.evaluation_words import percent_words, site_name
from desktop.ui.texts import tr
from desktop.ui.widgets.charts_map import DistrictMap
from desktop.ui.widgets.charts_map_values import MapFlow, MapPlace, MapValue
from desktop.ui.widgets.panels import make_bold, scrolling_column
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.wording import number_words

_SIDE = 320
#: Flows that are said one by one; the others are summed up.
_SAID = 8


def map_value(evaluation: Evaluation) -> MapValue:
    """What there is to draw: the facilities that letters concern, where their coordinates are known."""
    weights = _weights(evaluation)
    places = []
    for facility, weight in weights.items():
        site = evaluation.sites.get(facility)
        if site is not None and site.latitude is not None and site.longitude is not None:
            kind, outside = site.kind or "", bool(site.outside)
            places.append(MapPlace(site.id, site.name, kind, outside, site.latitude, site.longitude, weight))
    there = {place.id: place for place in places}
    flows = [
        MapFlow(flow.sender, flow.hospital, flow.count, there[flow.hospital].outside)
        for flow in evaluation.flows
        if flow.sender in there and flow.hospital in there
    ]
    return MapValue(tuple(sorted(places, key=lambda place: (-place.weight, place.id))), tuple(flows))


def missing_places(evaluation: Evaluation, value: MapValue) -> list[tuple[str, int]]:
    """The facilities that letters concern and that are not on the map, with their letters."""
    there = {place.id for place in value.places}
    return [(facility, count) for facility, count in _weights(evaluation).most_common() if facility not in there]


def _weights(evaluation: Evaluation) -> Counter[str]:
    weights: Counter[str] = Counter()
    for flow in evaluation.flows:
        weights[flow.sender] += flow.count
        weights[flow.hospital] += flow.count
    return weights


def flow_words(evaluation: Evaluation, facility: str) -> tuple[str, str]:
    """What a facility sends and gets, in a heading and lines; of the whole district where it is ""."""
    if not facility:
        return _district_words(evaluation)
    sent = [flow for flow in evaluation.flows if flow.sender == facility]
    got = [flow for flow in evaluation.flows if flow.hospital == facility]
    lines = []
    if sent:
        total = sum(flow.count for flow in sent)
        lines.append(tr("Merujuk {n}:").format(n=number_words(total)))
        lines += _lines(evaluation, [(flow.hospital, flow.count) for flow in sent], total)
        lines.append(_leak_words(evaluation, sent))
    if got:
        total = sum(flow.count for flow in got)
        lines.append(tr("Menerima {n} dari:").format(n=number_words(total)))
        lines += _lines(evaluation, [(flow.sender, flow.count) for flow in got], total)
    return site_name(evaluation, facility), "\n".join(line for line in lines if line) or tr("Tidak ada rujukan.")


def _district_words(evaluation: Evaluation) -> tuple[str, str]:
    total = sum(flow.count for flow in evaluation.flows)
    if not total:
        return tr("Belum ada rujukan"), tr("Tidak ada rujukan pada periode dan pilihan ini.")
    value = map_value(evaluation)
    drawn = value.drawn_flows()
    few = tr("{n} aliran digambar: {percent} dari {total} rujukan. Tebal garis: jumlah rujukan.")
    many = tr("{n} aliran terbesar digambar: {percent} dari {total} rujukan. Tebal garis: jumlah rujukan.")
    lines = [
        (few if len(drawn) == len(value.flows) else many).format(
            n=len(drawn),
            percent=percent_words(Share(sum(flow.count for flow in drawn), total).percent),
            total=number_words(total),
        ),
        _leak_words(evaluation, evaluation.flows),
        tr("Pilih fasilitas untuk melihat semua alirannya."),
    ]
    return tr("Semua fasilitas"), "\n".join(lines)


def _leak_words(evaluation: Evaluation, flows: Sequence[Flow]) -> str:
    known = [flow for flow in flows if (site := evaluation.sites.get(flow.hospital)) and site.outside is not None]
    out = sum(flow.count for flow in known if evaluation.sites[flow.hospital].outside)
    share = Share(out, sum(flow.count for flow in known))
    if share.percent is None:
        return tr("Ke luar kabupaten: tidak diketahui.")
    return tr("Ke luar kabupaten: {n} ({percent}).").format(n=number_words(out), percent=percent_words(share.percent))


def _lines(evaluation: Evaluation, counts: Sequence[tuple[str, int]], total: int) -> list[str]:
    lines = [
        tr("•  {name}: {n} ({percent})").format(
            name=site_name(evaluation, facility),
            n=number_words(count),
            percent=percent_words(Share(count, total).percent),
        )
        for facility, count in counts[:_SAID]
    ]
    rest = counts[_SAID:]
    if rest:
        lines.append(
            tr("•  {n} fasilitas lain: {count}").format(
                n=len(rest), count=number_words(sum(count for _, count in rest))
            )
        )
    return lines


class MapPage(QWidget):
    """The map at the left, its words at the right."""

    opened = Signal(str)
    """A facility whose figures are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self._evaluation: Evaluation | None = None
        self.map = DistrictMap()
        self.facility = QComboBox()
        self.facility.setAccessibleName(tr("Fasilitas di peta"))
        self.facility.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.facility.setMinimumContentsLength(20)
        self.heading = make_bold(label("", wrap=True))
        self.words = label("", wrap=True)
        self.missing_title = label("", "fieldLabel", wrap=True)
        self.missing = QListWidget()
        self.missing.setAccessibleName(tr("Fasilitas tanpa koordinat"))
        self.missing.setMaximumHeight(120)
        closer, farther, everything = button("+"), button("\u2212"), button(tr("Semua"))
        closer.setAccessibleName(tr("Perbesar"))
        farther.setAccessibleName(tr("Perkecil"))
        side = QWidget()
        side.setFixedWidth(_SIDE)
        side.setLayout(
            column(
                self.facility,
                row(closer, farther, everything, 1),
                self.heading,
                scrolling_column(self.words, QWidget()),
                self.missing_title,
                self.missing,
            )
        )
        self.setLayout(row(self.map, side, margins=(0, 8, 0, 0), gap=14))
        closer.clicked.connect(lambda: self.map.zoom(1.3))
        farther.clicked.connect(lambda: self.map.zoom(1 / 1.3))
        everything.clicked.connect(self.map.show_all)
        self.map.chosen_changed.connect(self._show_words)
        self.map.opened.connect(self.opened)
        self.facility.activated.connect(lambda: self.map.choose(self.facility.currentData()))
        self.missing.currentItemChanged.connect(self._show_missing)

    def show_evaluation(self, evaluation: Evaluation) -> None:
        """Show the flows of an evaluation."""
        self._evaluation = evaluation
        value = map_value(evaluation)
        self.map.set_value(value)
        self.facility.clear()
        self.facility.addItem(tr("Semua fasilitas"), "")
        for place in sorted(value.places, key=lambda place: place.name.lower()):
            self.facility.addItem(place.name, place.id)
        absent = missing_places(evaluation, value)
        self.missing.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
        self.missing.clear()
        for facility, count in absent:
            item = QListWidgetItem(f"{site_name(evaluation, facility)}  ·  {number_words(count)}")
            item.setData(256, facility)
            self.missing.addItem(item)
        self.missing.blockSignals(False)  # noqa: FBT003 - Qt takes it by position
        for part in (self.missing, self.missing_title):
            part.setVisible(bool(absent))
        self.missing_title.setText(tr("Tidak ada di peta, koordinat belum diketahui ({n}):").format(n=len(absent)))
        self._show_words(self.map.chosen)

    def _show_words(self, facility: str) -> None:
        if self._evaluation is None:
            return
        heading, words = flow_words(self._evaluation, facility)
        self.heading.setText(heading)
        self.words.setText(words)
        self.facility.setCurrentIndex(max(self.facility.findData(facility), 0))

    def _show_missing(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.map.choose("")
            self._show_words(item.data(256))
