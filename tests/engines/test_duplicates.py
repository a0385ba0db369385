from uuid import UUID, uuid4

import pytest

from tiejun.engines.duplicates import Judgement, Reason, Site, judged, keys_of, record_of, site_of
from tiejun.engines.names.credit_code import credit_code_fault

PHONE, OTHER_PHONE = b"\x01" * 16, b"\x02" * 16


def right_code(beginning: str) -> str:
    """Return the code of 17 characters with its check digit."""
    return next(beginning + end for end in "0123456789ABCDEFGHJKLMNPQRTUWXY" if not credit_code_fault(beginning + end))


ONE_CODE, OTHER_CODE = right_code("91330106MA2CC1234"), right_code("91330106MA2CC1235")


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("浙江省杭州市西湖区文三路100号3楼301室", Site("文三路", "100", "3-301")),
        ("西湖区 文三路１００号", Site("文三路", "100")),
        ("古荡街道文三路100号3楼301", Site("文三路", "100", "3-301")),
        ("上海市浦东新区世纪大道88号", Site("世纪大道", "88")),
        ("桐君山", None),
        ("", None),
    ],
)
def test_two_spellings_of_an_address_are_one_site(address, site) -> None:
    assert site_of(address) == site


def company(name: str, **facts):
    return record_of(uuid4(), name, **facts)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        # the same name over the door and in the register
        (company("杭州云莓科技有限公司", city="330100"), company("云莓科技", city="330100"), 75, 90),
        (company("云莓科技（杭州）股份有限公司"), company("杭州市云莓科技有限责任公司"), 60, 90),
        # two cities are two companies, until a number says otherwise
        (company("云莓科技", city="330100"), company("云莓科技", city="330200"), 0, 20),
        (
            company("云莓科技", city="330100", phones=[PHONE]),
            company("云莓科技", city="330200", phones=[PHONE]),
            60,
            90,
        ),
        # a branch is not its company
        (
            company("上海云莓超市有限公司", address="西环路281号"),
            company("上海云莓超市有限公司莘庄分店", address="西环路281号"),
            0,
            30,
        ),
        # one number, other name and other owner: two businesses of one agent
        (
            company("云莓科技", phones=[PHONE], legal_person="林岚"),
            company("青瓷餐饮", phones=[PHONE], legal_person="周舟"),
            0,
            30,
        ),
        (company("云莓", domain="yunmei.cn"), company("云莓信息技术", domain="yunmei.cn"), 90, 99),
        # neighbours of one floor
        (company("青瓷餐饮", address="文三路100号301室"), company("听雨茶馆", address="文三路100号301室"), 0, 20),
    ],
)
def test_confidence_follows_the_order_of_identity(one, other, least, most) -> None:
    judgement = judged(one, other)
    assert judgement is not None
    assert least <= judgement.confidence <= most
    assert judged(other, one) == judgement


def test_two_right_codes_that_differ_are_two_companies() -> None:
    one, other = (company("云莓科技", phones=[PHONE], code=code) for code in (ONE_CODE, OTHER_CODE))
    assert (one.code, other.code) == (ONE_CODE, OTHER_CODE)
    assert judged(one, other) is None


def test_a_code_that_cannot_be_right_decides_nothing() -> None:
    assert company("云莓科技", code=ONE_CODE[:-1] + ("1" if ONE_CODE[-1] != "1" else "2")).code == ""


def test_reasons_stand_with_the_strongest_first() -> None:
    one, other = (company("云莓科技", city="330100", phones=[PHONE, OTHER_PHONE], domain="yunmei.cn") for _ in range(2))
    assert judged(one, other) == Judgement(99, (Reason.DOMAIN, Reason.NAME, Reason.PHONE, Reason.CITY))


def test_records_worth_a_judgement_share_a_key_and_others_do_not() -> None:
    one = company("杭州云莓科技有限公司", phones=[PHONE], address="文三路100号")
    assert keys_of(one) & keys_of(company("云莓科技"))
    assert keys_of(one) & keys_of(company("青瓷餐饮", phones=[PHONE]))
    assert keys_of(one) & keys_of(company("云莓信息", address="西湖区文三路100号2楼"))
    assert not keys_of(one) & keys_of(company("青瓷餐饮", address="文三路100号", phones=[OTHER_PHONE]))
    assert keys_of(company("店")) == frozenset()
    assert all(-(2**63) <= key < 2**63 for key in keys_of(record_of(UUID(int=1), "云莓科技")))
