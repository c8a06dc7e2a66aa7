"""Numbers as people write them one way and titles another: `type ii`, `type 2`; `2nd degree`, `second degree`."""

_ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMAN = tuple(_ROMANS.split())
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ORDINAL = tuple(_ORDINALS.split())
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}

OTHERWISE: dict[str, str] = {}
"""What a folded word is when it is written otherwise; a single x is hardly ever a ten."""

for _number, _roman in enumerate(_ROMAN, start=1):
    OTHERWISE[str(_number)] = _roman
    if _roman != "x":
        OTHERWISE[_roman] = str(_number)
for _number, _ordinal in enumerate(_ORDINAL, start=1):
    OTHERWISE[f"{_number}{_ENDINGS.get(_number, 'th')}"] = _ordinal
