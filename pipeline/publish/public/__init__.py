"""Documents for everybody. Everything here takes PublicFigures, which disclosure control alone can make."""
