"""The RTL side of a project: networks and scores as Verilog, the top around them, simulation."""
