"""Event files of trigger-ad, found by ``trigger_ad.events.packaged``; this package holds no code."""
