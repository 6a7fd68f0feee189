# Vivado: the trigger top in RTL by itself, synthesised, placed and routed against its clock. Run in
# the folder that prepare.py wrote:
#
#     vivado -mode batch -source timing.tcl
#
# The reports are those that trigger_ad.ledger.reports reads. The commands are those of AMD UG835.

source settings.tcl

set top ${name}_trigger_ip
foreach source $rtl_sources {
    if {[file extension $source] eq ".sv"} {
        read_verilog -sv $source
    } else {
        read_verilog $source
    }
}
read_xdc [file join rtl clock.xdc]

# Out of context: no pins, no clock tree of the design around it.
synth_design -top $top -part $part -mode out_of_context
file mkdir reports
report_utilization -file [file join reports synthesis_utilization.rpt]
report_timing_summary -file [file join reports synthesis_timing.rpt]

opt_design
place_design
phys_opt_design
route_design
report_utilization -file [file join reports utilization.rpt]
report_timing_summary -file [file join reports timing.rpt]
write_checkpoint -force [file join reports $top.dcp]
exit
