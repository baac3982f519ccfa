"""In which region of the network a country lies: what an organisation's region is, unless somebody says another.

By the usual grouping of UNESCO, with North America kept apart from Europe. It says nothing of the status of a territory.
"""

COUNTRIES = {
    "Africa": (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW KE KM LR LS MG ML MU MW MZ NA NE NG RE "
        "RW SC SH SL SN SO SS ST SZ TD TG TZ UG YT ZA ZM ZW"
    ),
    "Arab States": ("AE BH DZ EG IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE"),
    "Asia and the Pacific": (
        "AF AS AU BD BN BT CC CK CN CX FJ FM GU HK HM ID IN IO IR JP KG KH KI KP KR KZ LA LK MH MM MN MO MP "
        "MV MY NC NF NP NR NU NZ PF PG PH PK PN PW SB SG TH TJ TK TL TM TO TV TW UM UZ VN VU WF WS"
    ),
    "Europe": (
        "AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE IL IM IS IT JE "
        "LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM TR UA VA"
    ),
    "Latin America and the Caribbean": (
        "AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM KN KY LC MF "
        "MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI"
    ),
    "North America": ("BM CA GL PM US"),
}
_REGIONS = {code: region for region, codes in COUNTRIES.items() for code in codes.split()}


def of_country(code: str) -> str:
    """Return the region of a country, nothing where it has none."""
    return _REGIONS.get(code, "")


def following(country: str, region: str, before: tuple[str, str] = ("", "")) -> str:
    """Return the region of an organisation that is changed: what was chosen by hand, else the one of its country.

    `before` are country and region as they were: a region that only followed the country goes on following it."""
    followed = region == before[1] == of_country(before[0])
    return of_country(country) if not region or (followed and country != before[0]) else region
