"""Code samples: a request with curl, in Python and in TypeScript."""

_CURL = "curl '{url}'"
_PYTHON = """\
import httpx

answer = httpx.get("{url}")
if answer.is_error:
    raise RuntimeError(answer.json()["detail"])
print(answer.json())"""
_TYPESCRIPT = """\
const answer = await fetch("{url}");
if (!answer.ok) {{
  throw new Error((await answer.json()).detail);
}}
console.log(await answer.json());"""

_LANGUAGES = {"Shell": ("curl", _CURL), "Python": ("Python", _PYTHON), "TypeScript": ("TypeScript", _TYPESCRIPT)}


def code_samples(url: str) -> list[dict[str, str]]:
    """Return the `x-codeSamples` of an operation that is requested by a GET of this URL."""
    return [
        {"lang": language, "label": label, "source": source.format(url=url)}
        for language, (label, source) in _LANGUAGES.items()
    ]
