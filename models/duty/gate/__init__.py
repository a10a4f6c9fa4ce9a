"""The clock-in gate (Q09): decides lists of scans in one transaction. See DESIGN, "The clock-in gate"."""

from models.duty.gate.batch import clock_in
from models.duty.gate.scans import Passed, Scan

__all__ = ["Passed", "Scan", "clock_in"]
