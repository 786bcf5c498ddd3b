"""Adjusts a city's accent colour until its contrast meets WCAG 2.2 AA on the pages' backgrounds."""

import colorsys

DEFAULT_ACCENT = "0b50d0"
MIN_CONTRAST = 4.5
"""Minimum contrast ratio of text, as WCAG 2.2 (1.4.3, level AA) and KWCAG 2.2 ask for it."""

# Of the backgrounds that embed.css has in a theme, the one with the least contrast to text.
BACKGROUNDS = {"light": "f1f4f9", "dark": "22262c"}


def relative_luminance(rgb: str) -> float:
    """Relative luminance of a colour RRGGBB, from 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _channels(rgb)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: str, second: str) -> float:
    """Contrast ratio of two colours RRGGBB, from 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((relative_luminance(first), relative_luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_accent(accent: str, theme: str) -> str:
    """Darken the accent, in a dark theme lighten it, until it reaches MIN_CONTRAST; its hue stays the same."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(accent))
    step = 0.01 if theme == "dark" else -0.01
    while contrast_ratio(accent, BACKGROUNDS[theme]) < MIN_CONTRAST and 0 <= lightness <= 1:
        lightness += step
        channels = colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), saturation)
        accent = "".join(f"{round(channel * 255):02x}" for channel in channels)
    return accent


def accent_css(accent: str) -> str:
    """CSS rules that set the custom properties of the accent for each theme."""
    return "".join(f":root{{--accent-{theme}:#{readable_accent(accent, theme)}}}" for theme in BACKGROUNDS)


def _channels(rgb: str) -> tuple[float, float, float]:
    """Red, green and blue of RRGGBB, from 0 to 1."""
    red, green, blue = (int(rgb[start : start + 2], 16) / 255 for start in (0, 2, 4))
    return red, green, blue
