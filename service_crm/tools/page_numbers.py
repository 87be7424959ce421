"""Numbers of pages, drawn on pages that have none."""

import io

from reportlab.pdfgen.canvas import Canvas

POINTS_PER_MM = 72 / 25.4


def make_page_number(text, width, height, margin=8 * POINTS_PER_MM):
    """A page (PDF) of this size in points that shows nothing but a number.

    It stands in the right corner at the bottom, above ``margin`` points. The font is
    one every reader has, for digits and Latin letters.
    """
    result = io.BytesIO()
    canvas = Canvas(result, pagesize=(width, height))
    canvas.setFont("Helvetica", 7.5)
    canvas.setFillGray(0.4)
    canvas.drawRightString(width - 12 * POINTS_PER_MM, margin, text)
    canvas.save()
    return result.getvalue()
