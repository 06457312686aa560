"""What WeasyPrint 70 leaves out of PDF/UA: scope of header cells, print flag of links, artifacts for page margins.

Looked at anew with each version of WeasyPrint; the tests check the result with an independent checker.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

PRINT_FLAG = 4  # PDF 1.7, table 165: the annotation is printed


def finish(document: Any, pdf: Any) -> None:
    """Complete the structure of a finished PDF in place (a WeasyPrint finisher)."""
    del document
    objects = {o.number: o for o in pdf.objects}
    for item in _dictionaries(pdf):
        if item.get("S") == "/TH":
            row = objects[_number(item["P"])]
            section = objects[_number(row["P"])]
            item["A"]["Scope"] = "/Column" if section["S"] == "/THead" else "/Row"
        if item.get("Subtype") == "/Link":
            item["F"] = PRINT_FLAG
    _margins_to_artifacts(pdf, objects)


def _margins_to_artifacts(pdf: Any, objects: dict[int, Any]) -> None:
    """Margin boxes have structure elements that no parent lists; their content becomes a pagination artifact."""
    import pydyf

    root = objects[_number(pdf.catalog["StructTreeRoot"])]
    reachable = _reachable(root, objects)
    parents = objects[_number(root["ParentTree"])]["Nums"]
    pages = [o for o in _dictionaries(pdf) if o.get("Type") == "/Page"]
    for index, page in enumerate(pages):
        owners = parents[2 * index + 1]
        loose = {mark for mark, owner in enumerate(owners) if _number(owner) not in reachable}
        content = objects[_number(page["Contents"])].stream
        for place, item in enumerate(content):
            if isinstance(item, pydyf.Dictionary) and item.get("MCID") in loose:
                content[place - 1] = "/Artifact"
                content[place] = pydyf.Dictionary({"Type": "/Pagination"})
        for mark in loose:
            owners[mark] = "null"


def _reachable(root: Any, objects: dict[int, Any]) -> set[int]:
    """Numbers of the structure elements below the root."""
    seen: set[int] = set()
    waiting = [_number(kid) for kid in root["K"]]
    while waiting:
        number = waiting.pop()
        if number not in seen:
            seen.add(number)
            waiting += _kids(objects[number])
    return seen


def _kids(item: Any) -> Iterator[int]:
    import pydyf

    kids = item.get("K", []) if isinstance(item, pydyf.Dictionary) else []
    for kid in kids if isinstance(kids, list) else [kids]:
        if isinstance(kid, bytes) and kid.endswith(b"R"):
            yield _number(kid)


def _dictionaries(pdf: Any) -> Iterator[Any]:
    import pydyf

    return (o for o in pdf.objects if isinstance(o, pydyf.Dictionary))


def _number(reference: Any) -> int:
    return int((reference if isinstance(reference, bytes) else str(reference).encode()).split()[0])
