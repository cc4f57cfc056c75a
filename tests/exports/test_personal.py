"""Which headings ask who somebody is: their columns never reach a snapshot, and no question about work goes with them."""

import pytest

from oversight.exports.personal import asks_who
from oversight.questionnaire import QUESTIONS


@pytest.mark.parametrize(
    "heading",
    [
        "Name", "Your name", "What is your name?", "1. What is your full name?", "Q3. Please enter your name (optional)", "Surname",
        "Email Address", "Your e\u2010mail address", "Contact email (optional)", "What is your work email address?", "E-Mail-Adresse",
        "Your name and e-mail address", "What is your name and job title?", "Name, role", "Name & phone number", "Mobile", "Mobile number",
        "Manager's name", "Line manager name", "Line manager\u2019s e-mail", "Name of your supervisor",
        "What is the name of your GP supervisor?",
        "IP Address", "ipaddr", "IP", "custom_1", "Custom Data 1", "Contact ID", "Session ID", "Referer", "Referrer URL", "Longitude",
        "redcap_survey_identifier", "Survey Identifier", "deviceid", "token", "Recipient Last Name", "ec_phone", "Home postcode",
    ],
)  # fmt: skip
def test_a_heading_that_asks_who_somebody_is(heading: str) -> None:
    assert asks_who(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "What is the name of your PCN?", "Name of your practice", "PCN name", "Which Primary Care Network (PCN) do you work for?",
        "Is there a named GP supervisor?", "Who gives that supervision?", "Your role", "Job title", "Manager", "Line manager",
        "Do you have your manager's mobile number?", "How do you contact your supervisor?", "Practice", "ID", "UserID", "Customer service",
        "Role and organisation", "Tokens", "Recording", "Is your line manager's name known to you?", "1", "",
    ],
)  # fmt: skip
def test_a_heading_that_does_not(heading: str) -> None:
    assert not asks_who(heading)


def test_no_question_of_ours_asks_who_somebody_is() -> None:
    assert not [q.text for q in QUESTIONS if asks_who(q.text)]
