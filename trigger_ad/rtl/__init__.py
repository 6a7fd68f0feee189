"""The RTL side of a project: networks and scores as pipelined Verilog, and the trigger around them."""
