"""The media types of files that are made or kept here (IANA)."""

from __future__ import annotations

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OFFICE}.wordprocessingml.document"
XLSX = f"{_OFFICE}.spreadsheetml.sheet"
PDF = "application/pdf"
ZIP = "application/zip"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"

PICTURES = (JPEG, PNG, WEBP)
#: What may be attached to a row.
ATTACHABLE = (*PICTURES, PDF, DOCX, XLSX)
#: What a job may make.
MADE = (XLSX, PDF, PNG, ZIP)
