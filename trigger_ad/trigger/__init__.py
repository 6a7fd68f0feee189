"""The trigger in integers: registers, regions, prescalers, counters. It sees no sample."""
