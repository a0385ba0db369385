"""What numbers teach: chances learned from the own history."""
