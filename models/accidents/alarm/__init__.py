"""Who has to act first in an accident: whom it breaks in on, who is called for help, and whom one can phone (G02)."""
