"""From messages to a model in use, to a proposal at the desk, to the figures: and what is never learnt from."""

import csv
import subprocess
import sys
from datetime import timedelta
from functools import cache
from uuid import uuid4

import numpy as np
import pytest

from linli.cases.domain import lessons as taught
from linli.cases.domain.catalogue import CLASSES
from linli.cases.domain.classes import starter
from linli.cases.domain.handling import file_case
from linli.cases.domain.learning import ENOUGH, ask_to_learn, is_due, judge, keep_model, learn_apart, learn_ours
from linli.cases.domain.lessons import gather
from linli.cases.domain.triage import TRIAGE, in_use, model_file, propose_class
from linli.cases.domain.triage_record import Week, record_reading, weeks
from linli.cases.jobs import learn_when_due
from linli.cases.models import CaseClass, TriageModel, TriageReading
from linli.core import outbox
from linli.core.errors import Refused
from linli.core.jobs import work_once
from linli.core.models import Job
from linli.engines.triage import Report
from linli.engines.triage.grams import read_key
from linli.people.models import AdminAct
from linli.procedures.models import Procedure
from linli.site import cli
from linli.world.lessons import lessons
from tests.cases.conftest import statements


@cache
def packed() -> tuple[bytes, Report]:
    """A model of our classes as the starter catalogue has them, learnt once for all tests here."""
    return learn_apart(list(lessons(ways=2)))


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.TRIAGE = tmp_path / "triage"
    return settings.TRIAGE


@pytest.fixture
def model(street) -> TriageModel:
    return keep_model(*packed(), sources={"world": {"lighting": 2}}, at=street.now)


def url(case, move: str = "file") -> str:
    return f"/case/{case.procedure.number}/{move}/"


# --- proposing


def test_a_text_reads_like_a_class_of_the_catalogue(model):
    proposal = propose_class("三楼楼道灯不亮，老人上下楼看不清。")

    assert (proposal.choices[0].klass.code, proposal.unsure, proposal.because) == ("lighting", False, ("灯不亮",))
    assert proposal.choices[0].percent in range(80, 100)
    assert len(proposal.choices) == 3


def test_without_a_model_or_without_words_nothing_is_proposed(street, model):
    assert propose_class("  ") is None
    TriageModel.objects.update(active=False)
    TRIAGE.changed()
    assert propose_class("灯不亮") is None


def test_a_class_that_is_no_longer_in_force_is_not_proposed(model, street):
    CaseClass.objects.filter(code="lighting").update(retired_at=street.now)
    proposal = propose_class("楼道灯不亮")

    assert proposal.unsure
    assert "lighting" not in [one.klass.code for one in proposal.choices]


@pytest.mark.parametrize("harm", ["altered", "gone"])
def test_a_file_that_is_not_the_one_in_the_database_is_not_read(model, caplog, sign_in, harm):
    path = model_file(model.sha256)
    path.unlink() if harm == "gone" else path.write_bytes(path.read_bytes() + b"x")
    TRIAGE.changed()

    assert in_use() is None
    assert f"the triage model {model.sha256[:12]} cannot be read" in caplog.text
    assert "missing or was altered" in sign_in("duty_officer").get("/admin/triage/").content.decode()


def test_a_web_process_reads_without_scikit_learn():
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'linli.site.settings'; django.setup();"
        "import linli.site.urls, linli.cases.domain.triage, linli.cases.domain.learning;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'sklearn', 'scipy', 'joblib'}))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- at the desk


def test_the_form_says_what_it_reads_like_and_chooses_nothing(model, street, report, sign_in):
    case = report(klass=None, text="楼道灯不亮，看不清路").case
    page = sign_in("duty_officer").get(url(case)).content.decode()

    assert "Reads like: <strong>Lighting</strong>" in page
    assert "<q>灯不亮</q>" in page
    assert page.count('name="pick"') == 3
    assert "selected" not in page.partition('name="klass"')[2].partition("</select>")[0].replace(
        'value="" selected', ""
    )


def test_one_tap_takes_the_proposal_and_routes_anew(model, street, report, sign_in):
    case = report(klass=None, text="楼道灯不亮，看不清路").case
    page = (
        sign_in("duty_officer")
        .post(url(case), {"version": 1, "action": str(uuid4()), "klass": "", "words": "", "pick": "lighting"})
        .content.decode()
    )

    assert 'value="lighting" selected' in page
    assert 'name="pick" value="lighting" aria-pressed="true"' in page
    assert Procedure.objects.get(pk=case.pk).state == "received"


def test_it_says_when_it_is_not_sure_and_what_the_reporter_chose(model, report, sign_in, street):
    case = report(text="你好", klass=street.klass("trees")).case
    page = sign_in("duty_officer").get(url(case)).content.decode()

    assert "Not sure what this reads like." in page
    assert "The reporter chose: <strong>Trees</strong>" in page
    assert "Reads like" not in page


def test_a_proposal_costs_the_page_of_a_case_no_statement(model, report, sign_in):
    client, case = sign_in("duty_officer"), report(klass=None).case
    with_model = statements(client, url(case))
    TriageModel.objects.update(active=False)
    TRIAGE.changed()

    assert with_model == statements(client, url(case))


# --- learning


def test_what_is_sealed_shut_or_never_public_is_never_learnt_from(street, case_in):
    def closed(text: str, **more: object):
        return case_in("closed", text=text, **more)

    closed("楼道灯不亮一")
    sealed, shut = closed("楼道灯不亮二"), closed("楼道灯不亮三")
    Procedure.objects.filter(pk=sealed.pk).update(sealed=True)
    Procedure.objects.filter(pk=shut.pk).update(excludes=True)
    closed("煤气味", klass=street.klass("gas"))
    CaseClass.objects.filter(code="gas").update(publicity="never")
    closed("树倒了", klass=street.klass("trees"))
    CaseClass.objects.filter(code="trees").update(sealed=True)
    case_in("dispatched", text="还没有结案")

    assert [(one.text, one.label, one.private) for one in gather()["cases"]] == [("楼道灯不亮一", "lighting", True)]


def test_an_open_case_teaches_where_the_desk_put_its_class_right(model, street, report):
    right = report(text="楼道灯不亮", klass=street.klass("lighting")).case
    wrong = report(text="煤气味道很重", klass=street.klass("trees")).case
    for case, klass in ((right, "lighting"), (wrong, "gas")):
        file_case(
            case=case, version=1, klass=street.klass(klass), by=street.by("duty_officer"), at=street.now, action=uuid4()
        )
        record_reading(case.pk, at=street.now)

    assert [(one.text, one.label) for one in gather()["cases"]] == [("煤气味道很重", "gas")]


def test_every_class_of_the_catalogue_is_learnt_from_its_own_words(street):
    CaseClass.objects.create(
        code="drones", name="无人机扰民", name_en="Drones", filing="无人机低飞、偷拍", filing_en="low",
    )  # fmt: skip
    taught_labels = {one.label for one in gather()["catalogue"]}

    assert taught_labels == set(CaseClass.objects.values_list("code", flat=True))


def test_nothing_of_a_single_persons_words_stands_in_the_model(street, case_in, monkeypatch):
    monkeypatch.setattr(taught, "_sources", {"world": lambda: lessons(ways=1)})
    for text in ("翡翠镯子丢在灯下", "陆鹂家的灯坏了"):
        case_in("closed", text=text)
    learn_ours(at=street.now)

    words = {read_key(int(key)) for key in in_use().model.keys}
    assert words & {"翡", "翠", "镯", "鹂", "翡翠", "陆鹂"} == set()
    assert "灯" in words


def test_the_first_model_is_used_and_a_worse_one_is_not(street, model, folder):
    told = packed()[1]
    worse = learn_apart([one for one in lessons(ways=2) if one.label in {"lighting", "piling"}][::9])
    after = keep_model(*worse, sources={}, at=street.now)

    assert (model.verdict, model.active, after.active) == ("first", True, False)
    assert judge(told, model.report).takes_over
    assert (after.verdict, after.before_f1 > after.after_f1) == ("worse", True)
    assert [path.name for path in folder.iterdir()] == [f"{model.sha256}.npz"]
    assert in_use().row == model


def test_one_as_good_takes_over_and_the_old_file_goes(street, model, folder):
    TriageModel.objects.update(sha256="0" * 64)
    (folder / f"{model.sha256}.npz").rename(folder / f"{'0' * 64}.npz")
    after = keep_model(*packed(), sources={}, at=street.now)

    assert (after.verdict, after.active, after.before_f1 == after.after_f1) == ("not_worse", True, True)
    assert [path.name for path in folder.iterdir()] == [f"{after.sha256}.npz"]


def test_learning_is_due_by_cases_by_classes_and_by_age(street, model):
    assert not is_due(at=street.now)
    assert is_due(at=street.now + timedelta(days=90))
    CaseClass.objects.filter(code="gas").update(retired_at=street.now)
    CLASSES.changed()
    assert is_due(at=street.now)


def test_fifty_new_cases_are_enough(street, model, case_in):
    case_in("closed")
    TriageModel.objects.update(learnable=0)
    assert (is_due(at=street.now), ENOUGH) == (False, 50)
    TriageModel.objects.update(learnable=1)
    assert not is_due(at=street.now)


def test_the_job_learns_and_the_next_finds_nothing_to_do(street, monkeypatch):
    monkeypatch.setattr(taught, "_sources", {"world": lambda: lessons(ways=1)})
    ask_to_learn(by=street.by("administrator"), at=street.now)
    ask_to_learn(by=street.by("administrator"), at=street.now)

    assert Job.objects.filter(name="cases.learn_now").count() == 1
    assert work_once()
    row = TriageModel.objects.get()
    assert (row.active, row.verdict, row.sources["cases"], set(row.report["labels"])) == (
        True, "first", {}, {klass.code for klass in CaseClass.objects.filter(retired_at=None)},
    )  # fmt: skip
    assert AdminAct.objects.filter(what="triage_asked").count() == 1
    assert propose_class("井盖翘起来了").choices[0].klass.code == "manhole"
    learn_when_due(None)
    assert TriageModel.objects.count() == 1


def test_only_an_administrator_asks_for_learning(street):
    with pytest.raises(Refused):
        ask_to_learn(by=street.by("duty_officer"), at=street.now)
    assert Job.objects.filter(name="cases.learn_now").count() == 0


# --- the figures


def test_each_filing_is_kept_beside_what_was_read_and_reported(model, street, report):
    case = report(text="楼道灯不亮", klass=street.klass("trees")).case
    file_case(
        case=case,
        version=1,
        klass=street.klass("lighting"),
        by=street.by("duty_officer"),
        at=street.now,
        action=uuid4(),
    )
    outbox.drain("cases.triage")
    record_reading(case.pk, at=street.now)  # a message that is read twice

    reading = TriageReading.objects.get()
    assert (reading.first.code, reading.reported.code, reading.filed.code, reading.unsure, reading.model) == (
        "lighting", "trees", "lighting", False, model,
    )  # fmt: skip


def test_of_a_sealed_case_nothing_is_kept(model, street, case_in):
    case = case_in("filed")
    Procedure.objects.filter(pk=case.pk).update(sealed=True)
    record_reading(case.pk, at=street.now)

    assert TriageReading.objects.count() == 0


def test_weeks_count_doubts_and_corrections_and_keep_small_numbers_back(model, street, case_in):
    last = street.now - timedelta(days=7)
    for number, (text, klass) in enumerate(
        [("楼道灯不亮", "lighting")] * 3 + [("楼道灯不亮", "trees"), ("你好", "other")] + [("灯不亮", "lighting")]
    ):
        case = case_in("filed", text=text, klass=street.klass(klass))
        record_reading(case.pk, at=last if number < 5 else street.now)

    monday = street.now.date()
    assert weeks(at=street.now) == [
        Week(monday, 1, None, None, None), Week(monday - timedelta(days=7), 5, 20, None, 0),
    ]  # fmt: skip


# --- the page


def test_the_card_says_in_words_and_figures_how_it_does(model, street, sign_in, case_in):
    record_reading(case_in("filed").pk, at=street.now)
    page = sign_in("duty_officer").get("/admin/triage/").content.decode()

    assert "of 100 proposals made" in page
    assert "Lighting" in page
    assert "It is the first." in page
    assert "Learn again now" not in page


def test_the_card_says_when_nothing_is_learnt(sign_in):
    page = sign_in("administrator").get("/admin/triage/").content.decode()

    assert "Nothing is learnt yet." in page
    assert "Learn again now" in page


def test_an_administrator_has_it_learnt_again_and_others_are_refused(sign_in):
    for role in ("duty_officer", "area_lead", "outsider"):
        assert sign_in(role).post("/admin/triage/learn/").status_code == 403
    assert Job.objects.filter(name="cases.learn_now").count() == 0

    sent = sign_in("administrator").post("/admin/triage/learn/", follow=True)

    assert "It is being learnt again." in sent.content.decode()
    assert Job.objects.filter(name="cases.learn_now").count() == 1


# --- the commands


@pytest.fixture
def command(monkeypatch, capsys):
    monkeypatch.setattr(cli, "_start", lambda: None)

    def run(*words: str) -> tuple[int, str]:
        return cli.main(["triage", *words]), capsys.readouterr().out

    return run


@pytest.fixture
def file(tmp_path):
    """Messages cut into words, some of them twice, with a blank one: the dirt of real ones."""
    path = tmp_path / "labelled.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["row", "tokens", "label"])
        known = [one for one in lessons(ways=2) if one.label in ("gas", "lighting", "trees")]
        for number, one in enumerate([*known, *known[:9]]):
            writer.writerow([number, " ".join(one.text), one.label])
        writer.writerow([9999, "", "gas"])
    return path


def test_evaluate_prints_a_line_for_each_class_and_the_whole(command, file, db):
    status, said = command("evaluate", str(file), "--labels", "seven", "--folds", "3")

    lines = said.splitlines()
    assert (status, [line.split()[-1] for line in lines[1:4]]) == (0, ["gas", "lighting", "trees"])
    assert float(lines[4].split()[1].rstrip(",")) > 0.9
    assert TriageModel.objects.count() == 0


def test_nobody_is_tried_on_what_they_learnt_from(command, file, db):
    assert command("evaluate", str(file), "--on", str(file))[0] == 1


def test_a_model_of_other_labels_is_never_used(command, file, street, folder):
    status, said = command("train", str(file), "--labels", "seven")

    row = TriageModel.objects.get()
    assert (status, row.labels, row.verdict, row.active) == (0, "seven", "trial", False)
    assert said.splitlines()[-1] != ""
    assert (in_use(), folder.exists()) == (None, False)


def test_messages_of_our_classes_are_learnt_beside_the_rest(command, file, street, monkeypatch):
    monkeypatch.setattr(taught, "_sources", {"world": lambda: lessons(ways=1)})
    status, _said = command("train", str(file))

    row = TriageModel.objects.get()
    assert (status, row.active, set(row.sources)) == (0, True, {"world", "catalogue", "cases", "file"})


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "text,label\n灯,unheard\n灯坏,of\n" * 9, "text,label\n灯,gas\n"])
def test_a_file_that_cannot_be_learnt_from_is_refused_in_words(command, street, tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    status, said = command("train", str(path))

    assert (status, TriageModel.objects.count(), len(said) > 20) == (1, 0, True)


def test_a_file_that_is_not_there_is_refused_in_words(command, street, tmp_path):
    assert command("evaluate", str(tmp_path / "none.csv"))[0] == 1


def test_reading_ten_thousand_messages_a_second_needs_no_loop_over_them():
    """The figure is measured in bench/triage.py; here only that a batch is one matrix, whatever its size."""
    from linli.engines.triage import unpack

    scores = unpack(packed()[0]).scores(["楼道灯不亮"] * 1000)
    assert scores.shape == (1000, len(starter()["class"]))
    assert np.ptp(scores, axis=0).max() < 1e-5
