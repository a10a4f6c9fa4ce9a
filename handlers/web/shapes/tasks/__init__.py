"""What tasks, their cases and flows look like as JSON, coming and going."""
