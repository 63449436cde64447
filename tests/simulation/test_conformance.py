"""The model and the product's code tell the same story: after every step both hold, send and confirm the same."""

import pytest

from tests.simulation.both import Both


@pytest.mark.parametrize("seed", range(4))
def test_model_and_code_agree_after_every_step(seed: int) -> None:
    both = Both(f"both/{seed}")
    told: list[str] = []
    try:
        for number in range(90):
            told.append(both.step())
            if seed % 2 and number == 40:
                both.copy_server()
            if seed % 2 and number == 60:
                both.restore_server()
                told.append("the server is put back")
            modelled, real = both.figures()
            assert modelled == real, "\n".join(told)
    finally:
        both.close()
    assert modelled["feed of dinkes"][0] > 0
