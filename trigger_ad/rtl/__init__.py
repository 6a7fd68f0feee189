"""The RTL side: the trigger core and what is proven of it."""
