from uuid import UUID, uuid4

import pytest

from tiejun.leads.rules.allotting import ListPolicy, Prior, Record, dealt, factors_of, shrunk, tiers_of

LISTS = ListPolicy(least=30, most=50, fresh_percent=30)


@pytest.mark.parametrize(
    ("kept", "kept_fresh", "expected"),
    [
        (0, 0, (50, 30, 15)),
        (25, 20, (25, 5, 0)),
        (25, 3, (25, 5, 12)),
        (45, 0, (5, 0, 5)),
        (60, 60, (0, 0, 0)),
    ],
)
def test_a_list_is_topped_up_and_a_newcomer_s_fresh_share_counts_what_is_there(
    kept: int, kept_fresh: int, expected: tuple[int, int, int]
) -> None:
    assert (LISTS.room(kept), LISTS.wanted(kept), LISTS.fresh_wanted(kept, kept_fresh)) == expected


def test_few_tries_say_little() -> None:
    assert [shrunk(1, 1, 0.1, 40), shrunk(40, 400, 0.05, 40), shrunk(0, 0, 0.1, 40)] == pytest.approx(
        [0.12195, 0.09545, 0.1], abs=1e-5
    )


def test_a_person_s_factor_is_the_own_conversion_over_the_company_s() -> None:
    company = {"Food": Record(400, 40), "Retail": Record(400, 20)}

    nobody = factors_of({}, company, 40)
    strong = factors_of({"Food": Record(100, 14)}, company, 40)
    weak = factors_of({"Food": Record(100, 0), "Retail": Record(100, 0)}, company, 40)

    assert nobody == {"Food": 1.0, "Retail": 1.0}
    assert strong["Food"] > strong["Retail"] > 1
    assert weak["Food"] == 0.5


def test_the_prior_goes_by_intent_and_source() -> None:
    prior = Prior({"UNKNOWN": 0.01, "HIGH": 0.1}, {"REFERRAL": 2.0}, 4)

    assert [
        prior.p_sign("HIGH", "REFERRAL"),
        prior.p_sign("HIGH", "FAIR"),
        prior.p_sign("ODD", "FAIR"),
        prior.p_effective("HIGH", "REFERRAL"),
    ] == [0.2, 0.1, 0.01, 0.8]


def test_tiers_cut_the_best_fifth_and_the_next_two() -> None:
    keys = [UUID(int=number) for number in range(10)]

    tiers = tiers_of({key: number for number, key in enumerate(keys)})

    assert "".join(tiers[key] for key in reversed(keys)) == "AABBBBCCCC"


def test_leads_are_dealt_in_turn_to_who_has_room() -> None:
    leads = [uuid4() for _ in range(6)]
    lin, zhao, full = uuid4(), uuid4(), uuid4()

    given, left = dealt(leads, {lin: 1, zhao: 3, full: 0})

    assert [given.get(lead) for lead in leads] == [lin, zhao, zhao, zhao, None, None]
    assert left == leads[4:]
