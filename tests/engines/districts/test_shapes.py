import pytest

from tiejun.engines.assignment.problem import Patch
from tiejun.engines.districts.coverage import Gap, Overlap, findings
from tiejun.engines.districts.places import built_up_areas, known_districts
from tiejun.engines.districts.shapes import Fault, district_cells, holds, ring_of

SQUARE = [[120.0, 30.0], [120.1, 30.0], [120.1, 30.1], [120.0, 30.1]]


def polygon(*corners):
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


def test_a_polygon_is_read_and_closed() -> None:
    ring = ring_of({"type": "Feature", "properties": {}, "geometry": polygon(*SQUARE)})

    assert ring[0] == ring[-1] == (120.0, 30.0)
    assert len(ring) == 5
    assert ring_of(polygon(*SQUARE, SQUARE[0])) == ring
    assert holds(ring, (120.05, 30.05))
    assert not holds(ring, (120.15, 30.05))


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        (polygon(SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]), Fault.CROSSES_ITSELF),
        (polygon(SQUARE[0], SQUARE[1], SQUARE[2], SQUARE[3], SQUARE[1]), Fault.CROSSES_ITSELF),
        (polygon((0, 0), (2, 0), (2, 2), (1, 0), (0, 2)), Fault.CROSSES_ITSELF),
        (polygon((0, 0), (1, 1), (2, 2)), Fault.CROSSES_ITSELF),
        (polygon(*SQUARE[:2]), Fault.TOO_FEW_CORNERS),
        (polygon(*SQUARE[:2], [500, 30]), Fault.NOT_ON_EARTH),
        (polygon(*[[at / 1000, at % 7] for at in range(501)]), Fault.TOO_MANY_CORNERS),
        (polygon(*SQUARE[:2], ["120", 30]), Fault.UNREADABLE),
        (polygon(*SQUARE[:2], [float("nan"), 30]), Fault.UNREADABLE),
        ({"type": "Polygon", "coordinates": [SQUARE, SQUARE]}, Fault.NOT_A_POLYGON),
        ({"type": "Point", "coordinates": [120, 30]}, Fault.NOT_A_POLYGON),
        ([], Fault.NOT_A_POLYGON),
        (None, Fault.NOT_A_POLYGON),
    ],
)
def test_a_polygon_that_cannot_be_taken_says_why(shape, fault) -> None:
    assert ring_of(shape) is fault


def test_cells_hold_their_centre_and_never_two_share_a_place() -> None:
    codes = known_districts()
    cells = district_cells(codes)

    assert set(cells) == set(codes)
    rings = [(code, ring) for code, found in cells.items() for ring in found]
    for code in codes:
        centre = built_up_areas(code)[0].centre
        assert [owner for owner, ring in rings if holds(ring, (centre.lng, centre.lat))] == [code]
    for _code, ring in rings:
        assert (
            ring_of({"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]}) is not Fault.CROSSES_ITSELF
        )


def test_gaps_and_overlaps_are_found_by_district_segment_and_building() -> None:
    patches = {
        "a": Patch(districts=frozenset({"1", "2"}), segments=frozenset({"shops"})),
        "b": Patch(districts=frozenset({"2"})),
        "c": Patch(buildings=frozenset({"tower"})),
    }

    found = findings(patches, districts=["1", "2", "3"], segments=["offices", "shops"], buildings={"tower": "2"})

    assert found.gaps == (Gap("1", ("offices",)), Gap("3"))
    assert found.overlaps == (
        Overlap("2", "a", "b", ("shops",)),
        Overlap("2", "a", "c", ("shops",), "tower"),
        Overlap("2", "b", "c", (), "tower"),
    )


def test_a_territory_without_limits_covers_everything() -> None:
    assert findings({"a": Patch()}, districts=["1"], segments=[], buildings={}).gaps == ()
