"""Recognize: what a column of an unknown extract is, by its heading and by its values. Neither decides alone.

The vocabulary of headings (vocabulary.toml), the meanings of values (crosswalk.toml) and the names of persons
(names.toml) are data. `profile` looks at a column, `fits` says which canonical columns it may be, `person_like` whether
it tells who somebody is.
"""

from pipeline.recognize.evidence import DOUBTFUL, TAKEN, Fit, fit, fits
from pipeline.recognize.persons import PersonLike, person_like
from pipeline.recognize.profile import Profile, profile

__all__ = ["DOUBTFUL", "TAKEN", "Fit", "PersonLike", "Profile", "fit", "fits", "person_like", "profile"]
