"""Made-up people: names from two lists, birth dates and traits by chance, homes in streets that no town has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.sample.dice import Dice


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_LAST = _words("""
    Alderbrook Ashgrove Barleyfield Bellwether Birchwood Blackthorn Bramblewood Brightwater Brookhollow Cedarquist
    Cinderford Clearwater Cobblestone Coppersmith Cornflower Cranewater Crowfoot Dandelion D'Elderberry Driftwood
    Eaglecrest Elmhurst Evergreen Fairweather Featherstone Fernsby Fieldstone Finchley Flintlock Foxglove Gooseberry
    Greenbriar Hawthorne Hazelnut Heatherly Hollyhock Honeysuckle Ironwood Ivywood Junipère Kestrel Kingfisher
    Lakewood Larkspur Lavender Lindenfeld Lilyfield Maplewood Marigold Meadowlark Millstone Mistletoe Moonwater
    Mossgrove Nettlefield Nightingale Nuthatch Oakenshaw O'Meadow Orchardson Otterbein Partridge Peppercorn Periwinkle
    Pinecroft Plumfield Poplar Quailridge Quicksilver Ravenwood Redfern Riverstone Rosewater Rushmeadow Saffron
    Sandpiper Silverbirch Skylark Snowdrop Sparrowhawk Stonebridge Strawberry Sunflower Swallowtail Sycamore
    Thistledown Thornberry Underbrush Violetta Wagtail Waterlily Weatherby Wildflower Willoughby Windermere
    Wintergreen Woodpecker Yarrowfield Yellowleaf Zinnia
""")
_FEMALE = _words("""
    Abigail Agnès Amara Beatriz Camila Chloë Dana Edith Elena Esther Fatima Freya Grace Hana Imani Inés Joan Keiko
    Layla Lucía Maeve Nadia Noor Olive Petra Priya Renée Rosa Ruth Salma Tamika Thea Ursula Vera Wanda Xiomara Yara
    Zoë
""")
_MALE = _words("""
    Aaron André Basil Bjørn Carlos Cyrus Dmitri Elias Emeka Felix Gabriel Hamza Hugo Idris Isaac Jamal Jasper Joaquín
    Kwame Leon Malik Marcus Nathan Noé Omar Oscar Pablo Quentin Raúl Reuben Samir Silas Theo Tobias Umar Victor Wesley
    Yusuf
""")
_STREETS = _words("""
    Acorn Badger Bobolink Butterfly Catalpa Chickadee Cricket Dragonfly Firefly Goldenrod Heron Hummingbird Indigo
    Ladybug Milkweed Monarch Oriole Pebble Prairie Clover Quartz Rabbit Sassafras Starling Sumac Tadpole Toadstool
    Tulip Turtle Walnut Shell
""")

_GENDER = {"female": 49.0, "male": 47.0, "nonbinary": 0.8, "other": 0.4, "unknown": 2.8}
_RACE = {
    "white": 66.0, "black": 13.0, "hispanic": 8.6, "asian": 3.6, "multiracial": 2.6, "american_indian": 1.1,
    "middle_eastern": 0.9, "pacific_islander": 0.4, "other": 0.3, "unknown": 3.5,
}  # fmt: skip
#: Ages in the middle of the program.
_AGES = {(9, 17): 14.0, (18, 24): 16.0, (25, 34): 20.0, (35, 44): 18.0, (45, 54): 13.0, (55, 64): 10.0, (65, 90): 9.0}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    number: int
    last: str
    first: str
    born: date
    gender: str
    race: str
    veteran: bool | None
    unhoused: bool | None
    home: str


def make_people(dice: Dice, n: int) -> list[Person]:
    """`n` people, no two of whom share name and birth date."""
    people: list[Person] = []
    taken: set[tuple[str, str, date]] = set()
    while len(people) < n:
        person = _person(dice, len(people))
        if (name := (person.last, person.first, person.born)) not in taken:
            taken.add(name)
            people.append(person)
    return people


def _person(dice: Dice, number: int) -> Person:
    gender = dice.weighted(_GENDER)
    names = {"female": _FEMALE, "male": _MALE}.get(gender) or dice.pick((_FEMALE, _MALE))
    low, high = dice.weighted(_AGES)
    born = date(2023 - dice.between(low, high), 1, 1) + timedelta(days=dice.below(365))
    veteran = None if dice.chance(0.16) else low >= 18 and dice.chance(0.07)
    unhoused = None if dice.chance(0.06) else low >= 18 and dice.chance(0.12)
    return Person(
        number, dice.pick(_LAST), dice.pick(names), born, gender, dice.weighted(_RACE), veteran, unhoused, address(dice)
    )


def address(dice: Dice) -> str:
    """A house in a street that no town has."""
    kind = dice.pick(("St", "Ave", "Dr", "Ct", "Ln"))
    return f"{dice.between(1, 79) * 100 + dice.below(50)} {dice.pick(_STREETS)} {kind}"
