"""What ``validation.json`` says, part by part."""
