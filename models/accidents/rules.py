"""The rules of accidents in one place; each subject has a module of its own."""

from models.accidents.answering import answer, answer_call, answer_instead
from models.accidents.regulations.classify import classify
from models.accidents.regulations.reporting_duties import do_duty
from models.accidents.report.bursts import pass_on
from models.accidents.report.reporting import report
from models.accidents.report.same_place import add_to, same_place
from models.accidents.report.supplements import close, correct, supplement

__all__ = [
    "add_to", "answer", "answer_call", "answer_instead", "classify", "close", "correct", "do_duty", "pass_on", "report",
    "same_place", "supplement",
]  # fmt: skip
