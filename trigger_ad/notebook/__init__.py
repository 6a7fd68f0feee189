"""What one finds by typing ``trigger_ad.`` in a notebook: runs and models, loaded and asked."""
