"""Door 1, the web console: JSON for the console, import and export, pages."""
