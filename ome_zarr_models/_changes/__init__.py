"""Changes to whole hierarchies where they are stored."""
