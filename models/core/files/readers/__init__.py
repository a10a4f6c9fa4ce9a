"""What comes from outside is read in a process of its own, and bounded by what it becomes.

Sheets, pictures, PDFs and packages are opened by programs that were not written for those who mean harm. So the
server hands them, as an open file, to a reader: a child process with bounds on memory and time, without network,
without files. What dies there is its own death alone, and a sentence to whoever sent the file.
"""

from models.core.files.readers.reading_tasks import ReadingTask
from models.core.files.readers.refusals import Busy, ReadingRefused, UnreadableFile

__all__ = ["Busy", "ReadingRefused", "ReadingTask", "UnreadableFile"]
