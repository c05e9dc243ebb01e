"""What Metabase is told of the marts, and a fake of its API to tell it to."""
