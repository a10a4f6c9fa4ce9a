"""Columns that know their Chinese name, their bounds and their choices.

A record declared with these is described once for the database, the forms, the Excel template and the
OpenAPI. `clean` takes what a person or program sent and gives the Python value, or raises Malformed with the
sentence that stands at the field; `plain` gives the JSON value back.
"""

from models.core.fields.base import Choice, Described, spaced
from models.core.fields.choices import Flag, Link, Pick, Picks, References
from models.core.fields.encoded import Facts, Json, LongFacts, PersonalId, Photos, Secret
from models.core.fields.lines import Lines
from models.core.fields.moments import Day, Moment, moment_text, parse_day, parse_moment
from models.core.fields.on_site import DrawnSignature, GeoPoint, Spot, Strokes
from models.core.fields.spans import DayList, Hours
from models.core.fields.sub_rows import Many, People, SubRows
from models.core.fields.texts import Count, Integer, LongText, Number, Phone, SortKey, Text, too_long

__all__ = [
    "Choice",
    "Count",
    "Day",
    "DayList",
    "Described",
    "DrawnSignature",
    "Facts",
    "Flag",
    "GeoPoint",
    "Hours",
    "Integer",
    "Json",
    "Lines",
    "Link",
    "LongFacts",
    "LongText",
    "Many",
    "Moment",
    "Number",
    "People",
    "PersonalId",
    "Phone",
    "Photos",
    "Pick",
    "Picks",
    "References",
    "Secret",
    "SortKey",
    "Spot",
    "Strokes",
    "SubRows",
    "Text",
    "moment_text",
    "parse_day",
    "parse_moment",
    "spaced",
    "too_long",
]
