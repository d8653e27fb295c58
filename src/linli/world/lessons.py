"""Labelled messages, invented: what people might write of each class of case, each thing said in many ways."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from random import Random

from linli.engines.triage.lesson import Lesson

WAYS = 4  # so often each thing is said

OPENINGS = ("", "", "", "你好，", "您好，", "请问", "反映一下，", "师傅，", "居委会吗，", "求助！", "那个", "麻烦看看，", "投诉：")
PLACES = (
    "", "", "{n}号楼", "{n}楼", "{n}号{m}楼", "我们这栋", "小区东门", "{n}单元", "北门口", "三村{n}号", "楼下", "弄堂里", "我家门口",
    "{n}号门前",
)  # fmt: skip
TIMES = ("", "", "", "，好几天了", "，有一个礼拜了", "，从昨天晚上开始", "，一直没人管", "，已经报过两次", "，今天早上看到的")
WISHES = (
    "", "", "", "。", "，请尽快处理", "，麻烦派人来看一下，谢谢", "！急", "，能不能管管", "，老人小孩不安全", "，谢谢啦", "，到底归谁管",
    "，太过分了", "[抱抱]", "，拜托",
)  # fmt: skip
# What a thumb or an input method makes of words: a like sound, a like shape, a dialect.
SLIPS = {
    "楼道": "楼到", "充电": "冲电", "垃圾": "拉圾", "井盖": "景盖", "电瓶": "电平", "漏水": "漏谁", "灯不亮": "灯不量", "没人": "么人",
    "门口": "门囗", "煤气": "煤汽", "消防": "消房", "停车": "亭车", "树枝": "树支", "麻将": "麻酱", "声音": "生音", "电动车": "小电驴",
    "电梯": "电替", "不要": "勿要", "走廊": "走浪", "狗": "汪", "坏了": "坏特了", "什么": "啥", "怎么": "哪能", "小孩": "小囡",
    "the ": "teh ", "light": "ligth", "broken": "brocken",
}  # fmt: skip


@cache
def sayings() -> dict[str, tuple[str, ...]]:
    """What is said of each class, by its code: whole sentences, and things joined with what is wrong with them."""
    read = tomllib.loads(files("linli.world").joinpath("data/lessons.toml").read_text(encoding="utf-8"))
    return {code: (*words["said"], *_joined(words["things"], words["faults"])) for code, words in read.items()}


def _joined(things: list[str], faults: list[str]) -> list[str]:
    """A third of all pairs: nobody says each of them, and some make little sense, as in life."""
    return [thing + fault for row, thing in enumerate(things) for fault in faults[row % 3 :: 3]]


def lessons(*, seed: int = 1, ways: int = WAYS) -> Iterator[Lesson]:
    """Each thing in so many ways; ways of the same thing are one group. The same seed says the same."""
    for code, said in sayings().items():
        for core in said:
            random = Random(f"{seed}:{code}:{core}")
            for _ in range(ways):
                yield Lesson(_said(core, random), code, group=f"world:{core}")


def _said(core: str, random: Random) -> str:
    """One message: something around the thing, a slip now and then, and sometimes only half of it."""
    if core.isascii():
        text = random.choice(("", "Hello, ", "Hi ", "Please: ")) + core + random.choice(("", ".", "!", ", please help"))
    else:
        parts = [random.choice(part) for part in (OPENINGS, PLACES, TIMES, WISHES)]
        text = f"{parts[0]}{parts[1]}{core}{parts[2]}{parts[3]}"
    text = text.replace("{n}", str(random.randint(1, 30))).replace("{m}", str(random.randint(2, 6)))
    if random.random() < 0.25:
        text = _slip(text, random)
    return _half(text, core, random) if random.random() < 0.12 else text


def _slip(text: str, random: Random) -> str:
    """A word mistaken for another, a character left out, or one typed twice."""
    known = [word for word in SLIPS if word in text]
    if known and random.random() < 0.7:
        word = random.choice(known)
        return text.replace(word, SLIPS[word], 1)
    at = random.randrange(len(text))
    return text[:at] + text[at + 1 :] if random.random() < 0.5 else text[:at] + text[at] + text[at:]


def _half(text: str, core: str, random: Random) -> str:
    """Sent before it was finished; most of the thing itself is still there."""
    begin = text.find(core)
    if begin < 0:
        return text
    least = begin + max(3, len(core) * 2 // 3)
    return text[: random.randint(min(least, len(text)), len(text))]
