"""What versions share: a version takes it from here, or narrows it."""
