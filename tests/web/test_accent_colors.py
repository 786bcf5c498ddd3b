"""Accent colours are made readable on the backgrounds of both themes."""

import pytest

from app.web.accent_colors import BACKGROUNDS, MIN_CONTRAST, contrast_ratio, readable_accent


@pytest.mark.parametrize("accent", ["0b50d0", "ffffff", "000000", "ffff00", "c8102e", "7f7f7f", "00ff00"])
@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_every_accent_becomes_readable(accent: str, theme: str) -> None:
    assert contrast_ratio(readable_accent(accent, theme), BACKGROUNDS[theme]) >= MIN_CONTRAST


def test_a_readable_accent_is_unchanged() -> None:
    assert readable_accent("0b50d0", "light") == "0b50d0"
