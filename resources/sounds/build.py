"""Makes the sounds beside it: ``python -m resources.sounds.build``.

Runs on a developer's machine only; the program must never import it. Plain tones that fade in and out, 8 bits at 16
kHz: two rising ones for something new, three short ones twice for an emergency.
"""

import math
import wave
from pathlib import Path

HERE = Path(__file__).resolve().parent

_RATE = 16_000
_FADE = 0.02
#: Name -> tones of a frequency in Hz (0: silence) and a length in seconds.
SOUNDS = {
    "new": ((660, 0.16), (880, 0.28)),
    "emergency": (((988, 0.14), (0, 0.06)) * 3 + ((0, 0.2),)) * 2,
}


def tone(frequency: float, seconds: float) -> bytes:
    """One tone as unsigned 8-bit samples; its ends are faded so that it does not click."""
    count = int(seconds * _RATE)
    samples = bytearray()
    for place in range(count):
        edge = min(place, count - 1 - place) / _RATE
        loudness = 0.0 if frequency == 0 else 100 * min(edge / _FADE, 1.0)
        samples.append(128 + round(loudness * math.sin(2 * math.pi * frequency * place / _RATE)))
    return bytes(samples)


def build() -> None:
    """Write every sound."""
    for name, tones in SOUNDS.items():
        with wave.open(str(HERE / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(1)
            file.setframerate(_RATE)
            file.writeframes(b"".join(tone(frequency, seconds) for frequency, seconds in tones))


if __name__ == "__main__":
    build()
