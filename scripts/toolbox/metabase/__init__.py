"""The marts in Metabase: what they mean, and a dashboard of them."""
