"""QR codes as SVG without styles: their path is drawn in the page's own colours."""

import io
import re

import segno
from markupsafe import Markup

PICTURE = Markup(
    '<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges"><path d="{}"/></svg>'
)


def drawn(text: str, said: str) -> Markup:
    """Return a text as a QR code; `said` is what the picture is for who does not see it."""
    made, out = segno.make(text, error="m", micro=False), io.BytesIO()
    made.save(out, kind="svg", xmldecl=False, svgns=False, svgclass=None, lineclass=None, omitsize=True)
    path = re.search(r'\sd="([^"]+)"', out.getvalue().decode())
    width, height = made.symbol_size()
    return PICTURE.format(width, height, said, path[1] if path else "")
