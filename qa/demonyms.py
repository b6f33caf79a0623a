"""What English calls somebody or something from a country; the CLDR knows nouns alone.

In Indonesian and Vietnamese the noun does for both. "English" and "Korean" are languages too, and
"Congolese" is of two countries.
"""

from __future__ import annotations

from typing import Final

DEMONYMS: Final = {
    code: tuple(words.split("/"))
    for code, words in (
        line.split(maxsplit=1)
        for line in """
AE Emirati
AF Afghan
AL Albanian
AM Armenian
AO Angolan
AR Argentine/Argentinian
AT Austrian
AU Australian
AZ Azerbaijani
BA Bosnian
BD Bangladeshi
BE Belgian
BG Bulgarian
BN Bruneian
BO Bolivian
BR Brazilian
BY Belarusian
CA Canadian
CH Swiss
CL Chilean
CM Cameroonian
CN Chinese
CO Colombian
CR Costa Rican
CU Cuban
CY Cypriot
CZ Czech
DE German
DK Danish
DZ Algerian
EC Ecuadorian
EE Estonian
EG Egyptian
ES Spanish
ET Ethiopian
FI Finnish
FJ Fijian
FR French
GB British
GE Georgian
GH Ghanaian
GR Greek
GT Guatemalan
HN Honduran
HR Croatian
HT Haitian
HU Hungarian
ID Indonesian
IE Irish
IL Israeli
IN Indian
IQ Iraqi
IR Iranian
IS Icelandic
IT Italian
JM Jamaican
JO Jordanian
JP Japanese
KE Kenyan
KG Kyrgyz
KH Cambodian
KP North Korean
KR South Korean
KW Kuwaiti
KZ Kazakh
LA Laotian
LB Lebanese
LK Sri Lankan
LT Lithuanian
LV Latvian
LY Libyan
MA Moroccan
MD Moldovan
ML Malian
MM Burmese
MN Mongolian
MT Maltese
MV Maldivian
MX Mexican
MY Malaysian
MZ Mozambican
NA Namibian
NG Nigerian
NI Nicaraguan
NL Dutch
NO Norwegian
NP Nepali/Nepalese
OM Omani
PA Panamanian
PE Peruvian
PG Papua New Guinean
PH Philippine/Filipino
PK Pakistani
PL Polish
PS Palestinian
PT Portuguese
PY Paraguayan
QA Qatari
RO Romanian
RS Serbian
RU Russian
RW Rwandan
SA Saudi
SD Sudanese
SE Swedish
SG Singaporean
SI Slovenian
SK Slovak
SN Senegalese
SO Somali
SY Syrian
TH Thai
TL Timorese
TM Turkmen
TN Tunisian
TR Turkish
TW Taiwanese
TZ Tanzanian
UA Ukrainian
UG Ugandan
US American
UY Uruguayan
UZ Uzbek
VE Venezuelan
VN Vietnamese
YE Yemeni
ZA South African
ZM Zambian
ZW Zimbabwean
""".strip().splitlines()
    )
}
