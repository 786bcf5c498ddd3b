"""A city's own colour, made to be readable."""

import colorsys

DEFAULT_ACCENT = "0b50d0"
MIN_CONTRAST = 4.5
"""The least contrast of text that WCAG 2.2 AA and KWCAG 2.2 allow."""

# The surface of each theme that is hardest to read on; embed.css paints none that is closer to the text.
SURFACES = {"light": "f1f4f9", "dark": "22262c"}


def luminance(colour: str) -> float:
    """The relative luminance of RRGGBB, as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_accent(accent: str, theme: str) -> str:
    """The accent, darker or lighter until it can be read on this theme; its hue stays."""
    red, green, blue = (int(accent[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    step = 0.01 if theme == "dark" else -0.01
    while contrast(accent, SURFACES[theme]) < MIN_CONTRAST and 0 <= lightness <= 1:
        lightness += step
        parts = colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), saturation)
        accent = "".join(f"{round(part * 255):02x}" for part in parts)
    return accent


def accent_rules(accent: str) -> str:
    """The style rules that set the accent in both themes."""
    return "".join(f":root{{--accent-{theme}:#{readable_accent(accent, theme)}}}" for theme in SURFACES)
