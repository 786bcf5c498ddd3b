"""What somebody pastes into a website."""

from markupsafe import Markup

SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"

# The border is taken away by an attribute, as WordPress does: a host's policy may refuse inline style.
_IFRAME = Markup(
    '<iframe src="{src}" title="{title}" width="{width}" height="{height}" frameborder="0"{more}></iframe>'
)
_MORE = Markup(' loading="lazy" sandbox="{}"').format(SANDBOX)
_ELEMENT = Markup(
    '<script src="{script}" async></script>\n<city-pact><a href="{src}">{title}</a></city-pact>'
)  # fmt: skip


def iframe(src: str, title: str, width: int, height: int) -> Markup:
    """The iframe alone, which is all that a CMS keeps of an oEmbed answer."""
    return _IFRAME.format(src=src, title=title, width=width, height=height, more="")


def snippet(src: str, title: str, height: int) -> Markup:
    """The iframe for a page of any width."""
    return _IFRAME.format(src=src, title=title, width="100%", height=height, more=_MORE)


def element(base: str, src: str, title: str) -> Markup:
    """A link that the script makes an iframe of, as tall as its page."""
    return _ELEMENT.format(script=f"{base}/embed/embed.js", src=src, title=title)
