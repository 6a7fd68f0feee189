"""The RTL side: networks and scores as Verilog, the trigger core and its proof, simulation."""
