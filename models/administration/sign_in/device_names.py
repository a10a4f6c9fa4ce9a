"""What a device is called, from what it said of itself."""

from __future__ import annotations

_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    *(("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS")),
    *(("Mac OS", "macOS"), ("Linux", "Linux")),
)


def device_name(told: str | None) -> str:
    """A browser's long line becomes “Chrome · Windows”; what an app says of its phone stays."""
    if not told:
        return "未知设备"
    if "Mozilla/" not in told:
        return told
    browser = next((name for mark, name in _BROWSERS if mark in told), "浏览器")
    system = next((name for mark, name in _SYSTEMS if mark in told), "")
    return f"{browser} · {system}" if system else browser
