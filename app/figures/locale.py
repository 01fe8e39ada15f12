"""What Plotly itself says on an offline page, its buttons and hints, in the reader's language."""

from typing import Any

from app.language.speech import gettext as _
from app.language.speech import language


def plotly_locale() -> dict[str, Any]:
    """A locale as Plotly takes them from ``PlotlyLocales`` when it starts."""
    words = {
        "Zoom": _("Zoom"),
        "Pan": _("Pan"),
        "Zoom in": _("Zoom in"),
        "Zoom out": _("Zoom out"),
        "Autoscale": _("Show all"),
        "Reset axes": _("Reset the axes"),
        "Box Select": _("Box select"),
        "Lasso Select": _("Lasso select"),
        "Orbital rotation": _("Turn freely"),
        "Turntable rotation": _("Turn about the vertical"),
        "Reset camera to default": _("Default view"),
        "Reset camera to last save": _("First view"),
        "Download plot as a PNG": _("Download as PNG"),
        "Download plot": _("Download"),
        "Double-click to zoom back out": _("Double-click to show all"),
        "Double-click on legend to isolate one trace": _("Double-click to see one alone"),
        "Preparing image - this may take a few seconds": _("The image is being made"),
        "Image download succeeded": _("The image is downloaded"),
        "Sorry, there was a problem downloading your image!": _("The image could not be made"),
    }
    return {"moduleType": "locale", "name": language(), "dictionary": words, "format": {}}
