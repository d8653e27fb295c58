"""Number and code are read as a hand writes them, by every form that asks for them."""

import pytest
from django.utils.translation import override

from linli.cases.forms_claim import FindForm
from linli.cases.forms_follow import FindForm as ReportForm
from linli.petitions.forms import FindForm as PetitionForm
from linli.procedures.numbers import new_number
from linli.services.forms import FindForm as RequestForm
from linli.services.forms_bookings import FindForm as BookingForm

WIDE = {ord(plain): ord(plain) + 0xFEE0 for plain in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
FORMS = [FindForm, ReportForm, PetitionForm, RequestForm, BookingForm]


@pytest.mark.parametrize("form", FORMS)
def test_full_width_letters_blanks_and_hyphens_lead_to_the_number_as_it_is_kept(form):
    number = new_number()
    typed = f" {number[:4].lower()}-{number[4:].translate(WIDE)}\u200b"

    found = form({"number": typed, "code": "ABCDE12345".translate(WIDE) + " "})

    assert found.is_valid(), found.errors
    assert found.cleaned_data == {"number": number, "code": "ABCDE12345"}


@pytest.mark.parametrize("form", FORMS)
def test_a_number_with_one_wrong_letter_is_told_before_anything_is_looked_up(form):
    number = new_number()
    wrong = ("3" if number[0] != "3" else "4") + number[1:]

    with override("en"):
        found = form({"number": wrong, "code": "ABCDE12345"})

        assert found.errors == {"number": ["This is not a number of ours. Please compare it letter by letter."]}
