"""HTML snippets that somebody pastes into a website."""

from markupsafe import Markup

SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"

# The border is removed by an attribute, as WordPress does: the policy of a host page may forbid inline style.
_IFRAME = Markup(
    '<iframe src="{src}" title="{title}" width="{width}" height="{height}" frameborder="0"{attributes}></iframe>'
)
_ATTRIBUTES = Markup(' loading="lazy" sandbox="{}"').format(SANDBOX)
_ELEMENT = Markup('<script src="{script}" async></script>\n<city-pact><a href="{src}">{title}</a></city-pact>')


def oembed_iframe(src: str, title: str, width: int, height: int) -> Markup:
    """An iframe of a fixed size without other attributes, which is all that a CMS keeps of oEmbed."""
    return _IFRAME.format(src=src, title=title, width=width, height=height, attributes="")


def iframe_snippet(src: str, title: str, height: int) -> Markup:
    """A sandboxed iframe as wide as its host page allows."""
    return _IFRAME.format(src=src, title=title, width="100%", height=height, attributes=_ATTRIBUTES)


def element_snippet(base_url: str, src: str, title: str) -> Markup:
    """A custom element with a link, which its script replaces by an iframe as tall as the page in it."""
    return _ELEMENT.format(script=f"{base_url}/embed/embed.js", src=src, title=title)
