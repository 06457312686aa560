"""Charts as SVG at their exact size in points, each with its alternative text made from the same numbers."""
