"""The rules of accidents in one place; each subject has a module of its own."""

from models.accidents.answering import answer
from models.accidents.classify import classify
from models.accidents.duties import do_duty
from models.accidents.reporting import report
from models.accidents.supplements import close, correct, supplement

__all__ = ["answer", "classify", "close", "correct", "do_duty", "report", "supplement"]
