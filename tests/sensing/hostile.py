"""What nobody may get through the door: each body with the reason it is refused for, and the status over HTTP."""

import base64
from typing import NamedTuple

import orjson

from tests.sensing.door import message

AT = "2026-11-23T10:00:00+08:00"
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(600)).decode()


class Hostile(NamedTuple):
    name: str
    body: bytes
    reason: str
    status: int = 422


def _with(**fields: object) -> bytes:
    """A message that would be taken, but for one field too many."""
    return orjson.dumps({"id": "h", "at": AT, "readings": {"smoke": 1.0}} | fields)


def _smoke(literal: bytes) -> bytes:
    return b'{"id":"h","at":"' + AT.encode() + b'","readings":{"smoke":' + literal + b"}}"


CORPUS = [
    Hostile("a list of faces", _with(faces=[{"box": [1, 2, 3, 4]}]), "forbidden"),
    Hostile("a face template", _with(extra={"faceTemplate": [0.1] * 128}), "forbidden"),
    Hostile("a template without its name", _with(vector=[0.25] * 512), "forbidden"),
    Hostile("faces in Chinese", _with(人脸=1), "forbidden"),
    Hostile("a face as a reading", message(AT, face=1.0), "forbidden"),
    Hostile("a plate as a field", _with(plate="x"), "forbidden"),
    Hostile("a plate as a value", _with(note="沪A·12345"), "forbidden"),
    Hostile("a green plate where a number belongs", message(AT, smoke="粤BD12345"), "forbidden"),
    Hostile("a licence plate in camel case", _with(licencePlate="ABC"), "forbidden"),
    Hostile("a hardware address", _with(seen=["a4:5e:60:c2:11:09"]), "forbidden"),
    Hostile("an address of a phone by name", _with(imei="x"), "forbidden"),
    Hostile("a probe of telephones", message(AT, mac=12.0), "forbidden"),
    Hostile("a trajectory", _with(trajectory=[[121.4, 31.1], [121.5, 31.2]]), "forbidden"),
    Hostile("a track in Chinese", _with(行踪=[]), "forbidden"),
    Hostile("a gait", message(AT, gait="x"), "forbidden"),
    Hostile("a voice print", _with(voiceprint="x"), "forbidden"),
    Hostile("a score of a person", _with(person_score=3), "forbidden"),
    Hostile("social credit", _with(socialCredit=700), "forbidden"),
    Hostile("an identity number", _with(who="310104199001011234"), "forbidden"),
    Hostile("an identity number as a number", _with(who=310104199001011234), "forbidden"),
    Hostile("a picture by its address", _with(a="data:image/jpeg;base64,/9j/4AAQ"), "forbidden"),
    Hostile("a picture in base64", _with(a=JPEG), "forbidden"),
    Hostile("a picture where a number belongs", message(AT, smoke=JPEG), "forbidden"),
    Hostile("sound in base64", _with(payload="UklGR" + "A" * 500), "forbidden"),
    Hostile("an unknown field", _with(firmware="1.2"), "field"),
    Hostile("an unknown reading", message(AT, wind=3.0), "field"),
    Hostile("a number that no double holds", _smoke(b"1e999"), "number"),
    Hostile("a number of a thousand digits", _smoke(b"9" * 1000), "number"),
    Hostile("a number beyond the bounds", _smoke(b"1e300"), "range"),
    Hostile("a negative density", message(AT, smoke=-1.0), "range"),
    Hostile("NaN", _smoke(b"NaN"), "number", 422),
    Hostile("minus infinity", _smoke(b"-Infinity"), "number", 422),
    Hostile("nothing for a number", _smoke(b"null"), "type"),
    Hostile("a truth value for a number", _smoke(b"true"), "type"),
    Hostile("a number for a truth value", message(AT, alive=1.0), "type"),
    Hostile("a list for a number", _smoke(b"[1]"), "type"),
    Hostile("no readings", orjson.dumps({"id": "h", "at": AT, "readings": {}}), "type"),
    Hostile("no id", orjson.dumps({"at": AT, "readings": {"smoke": 1}}), "type"),
    Hostile("an id of a hundred letters", message(AT, ident="x" * 100, smoke=1), "type"),
    Hostile("a hundred thousand brackets", _smoke(b"[" * 50_000), "depth", 400),
    Hostile("two thousand objects", _smoke(b'{"a":' * 2000 + b"1" + b"}" * 2000), "depth", 400),
    Hostile("twenty levels", _with(a=orjson.loads(b"[" * 20 + b"]" * 20)), "depth", 400),
    Hostile("no JSON", b"smoke=1", "json", 400),
    Hostile("nothing", b"", "json", 400),
    Hostile("half a message", message(AT, smoke=1.0)[:-3], "json", 400),
    Hostile("wrong UTF-8", b'{"id":"\xff\xfe","at":0,"readings":{"smoke":1}}', "text", 400),
    Hostile("UTF-16", '{"id":"h"}'.encode("utf-16"), "text", 400),
    Hostile("1970", message(0, smoke=1.0), "time"),
    Hostile("1970 in words", message("1970-01-01T00:00:00Z", smoke=1.0), "time"),
    Hostile("2099", message("2099-01-01T00:00:00+08:00", smoke=1.0), "time"),
    Hostile("a time without a zone", message("2026-11-23T10:00:00", smoke=1.0), "time"),
    Hostile("seconds for milliseconds", message(1_795_400_000, smoke=1.0), "time"),
    Hostile("a time that is none", message("yesterday", smoke=1.0), "time"),
    Hostile("a time beyond every calendar", message(1 << 60, smoke=1.0), "time"),
    Hostile("a message of 70 kB", _with(a=" " * 70_000), "size", 413),
    Hostile("a list that is too long", b"[" + b",".join([message(AT, smoke=1.0)] * 1001) + b"]", "type"),
]
HUGE = Hostile("ten megabytes", b"[" + b" " * (10 << 20) + b"]", "size", 413)
