"""Event files of trigger-ad, which ``trigger_ad.events.packaged`` finds; there is no code here."""
