"""Resources of the RTL by Yosys: cells, logic levels, parts."""
