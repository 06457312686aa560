"""How the fact sheet says what a shipped metric counts; a metric that the program changed speaks for itself."""

from __future__ import annotations

from pipeline.program.model import Metric
from pipeline.publish import wording

FACTS = {
    "calls_responded": ("calls responded to", "Incidents that a co-responder team answered."),
    "people_diverted": ("people kept out of jail", "Arrest was likely in an encounter, and did not happen."),
    "people_transported": ("people taken to care", "To a hospital or crisis stabilization services."),
    "people_referred": ("people referred to services", "At least one referral, such as treatment or housing."),
    "diversion_rate": ("of likely arrests did not happen", "Encounters that would likely have ended in arrest."),
    "stable_rate": ("people stable in their community", "De-escalated, and still stable at follow-up."),
    "direct_time_share": ("of team time spent directly with people", "The rest: documentation, travel, training."),
}
#: Footnotes of the fact sheet and the partner summary, shorter than the declared caveats.
NOTES = {
    "calls_responded": "Distinct incidents. Calls that no team could take are not counted here.",
    "people_diverted": "Arrest-likely is judged by the team on scene. People and encounters differ: one person can be "
    "met more than once.",
    "diversion_rate": "Arrest-likely is judged by the team on scene. People and encounters differ: one person can be "
    "met more than once.",
    "stable_rate": "People without a known follow-up are left out, not counted as stable.",
    "people_referred": "",
    "people_transported": "",
    "direct_time_share": "As reported by the teams. Travel counts as not direct.",
}
#: The order of the fact sheet.
ORDER = (
    "calls_responded", "people_diverted", "diversion_rate", "stable_rate", "people_referred", "people_transported",
    "direct_time_share",
)  # fmt: skip
PEOPLE_TWICE = (
    "A person met by two agencies counts once in the program and once in each agency; agencies therefore add up to "
    "more than the program."
)


def note(metric: Metric) -> str:
    """The footnote of a figure; empty when it needs none."""
    return NOTES[metric.id] if metric.id in NOTES and not metric.own else metric.caveat


def fact(metric: Metric) -> tuple[str, str]:
    """What a figure is, and what it counts, in a few words each."""
    if metric.id in FACTS and not metric.own:
        return FACTS[metric.id]
    return wording.lower_first(metric.title), metric.definition
