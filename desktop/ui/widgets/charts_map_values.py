"""What the map of a district shows, as frozen values, and how places on the earth become places on paper.

Plain numbers: degrees in, kilometres and pixels out. Nothing here draws, and no place is ever guessed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Kilometres in one degree of latitude.
_DEGREE = 111.32
#: Without a chosen place so many flows are drawn, inside the district and out of it: more are a tangle.
_DRAWN_INSIDE, _DRAWN_OUT = 100, 40
#: How far from the edge a hospital outside the district stands that lies beyond it, in pixels.
_EDGE = 16.0


@dataclass(frozen=True, slots=True)
class MapPlace:
    """A facility on the map. ``weight``: how many letters it wrote or got, for the order of the labels."""

    id: str
    name: str
    kind: str
    outside: bool
    latitude: float
    longitude: float
    weight: int

    @property
    def is_hospital(self) -> bool:
        return self.kind == "rs"


@dataclass(frozen=True, slots=True)
class MapFlow:
    """Letters from one place to another; ``outside`` where they leave the district."""

    start: str
    end: str
    count: int
    outside: bool


@dataclass(frozen=True, slots=True)
class MapValue:
    """The places, and the flows between them, greatest first."""

    places: tuple[MapPlace, ...]
    flows: tuple[MapFlow, ...]

    def place(self, place_id: str) -> MapPlace | None:
        """A place by its id; ``None`` if it is not on the map."""
        return next((place for place in self.places if place.id == place_id), None)

    def flows_of(self, place_id: str) -> tuple[MapFlow, ...]:
        """The flows that begin or end at a place."""
        return tuple(flow for flow in self.flows if place_id in (flow.start, flow.end))

    def drawn_flows(self, chosen: str = "") -> tuple[MapFlow, ...]:
        """The flows that are drawn: all of the chosen place, or the greatest inside the district and out of it."""
        if chosen:
            return self.flows_of(chosen)
        inside = [flow for flow in self.flows if not flow.outside]
        out = [flow for flow in self.flows if flow.outside]
        return (*inside[:_DRAWN_INSIDE], *out[:_DRAWN_OUT])


EMPTY_MAP = MapValue((), ())


@dataclass(frozen=True, slots=True)
class View:
    """The part of the earth that is seen: its middle in degrees, and how many pixels a kilometre is.

    Equirectangular, true in both directions at ``latitude`` (a degree of longitude is shorter by its cosine).
    """

    latitude: float
    longitude: float
    pixels_per_km: float
    width: float
    height: float

    def to_pixels(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a place lies."""
        east = (longitude - self.longitude) * _DEGREE * math.cos(math.radians(self.latitude))
        north = (latitude - self.latitude) * _DEGREE
        return self.width / 2 + east * self.pixels_per_km, self.height / 2 - north * self.pixels_per_km

    def to_degrees(self, x: float, y: float) -> tuple[float, float]:
        """Which place lies there, as latitude and longitude."""
        north = (self.height / 2 - y) / self.pixels_per_km
        east = (x - self.width / 2) / self.pixels_per_km
        across = _DEGREE * math.cos(math.radians(self.latitude))
        return self.latitude + north / _DEGREE, self.longitude + east / across

    def spot_of(self, place: MapPlace) -> tuple[float, float]:
        """Where a place is drawn: a hospital outside the district that lies beyond the view stands at its edge."""
        x, y = self.to_pixels(place.latitude, place.longitude)
        if not place.outside:
            return x, y
        across, down = x - self.width / 2, y - self.height / 2
        room = max(self.width / 2 - _EDGE, 1), max(self.height / 2 - _EDGE, 1)
        beyond = max(abs(across) / room[0], abs(down) / room[1], 1)
        return self.width / 2 + across / beyond, self.height / 2 + down / beyond


def fitting_view(places: Sequence[MapPlace], width: float, height: float, margin: float = 48) -> View:
    """The view that shows the whole district, with room for labels at the edges."""
    shown = [place for place in places if not place.outside] or places
    latitudes = [place.latitude for place in shown]
    longitudes = [place.longitude for place in shown]
    if not latitudes:
        return View(0, 0, 1, width, height)
    middle = (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2
    north = max((max(latitudes) - min(latitudes)) * _DEGREE, 1)
    east = max((max(longitudes) - min(longitudes)) * _DEGREE * math.cos(math.radians(middle[0])), 1)
    scale = min((width - 2 * margin) / east, (height - 2 * margin) / north)
    return View(*middle, max(scale, 0.1), width, height)


def scale_bar(pixels_per_km: float, longest: float) -> tuple[float, float]:
    """Kilometres (1, 2 or 5 times a power of ten) and pixels of a scale bar no longer than ``longest`` pixels."""
    room = longest / pixels_per_km
    power = 10 ** math.floor(math.log10(room))
    kilometres = max(step * power for step in (1, 2, 5) if step * power <= room)
    return kilometres, kilometres * pixels_per_km
