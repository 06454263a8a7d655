"""What validation reports, and how a report is shown."""
