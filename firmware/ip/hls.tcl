# Vitis HLS: the trigger top in C++ as an IP core. Run in the folder that prepare.py wrote:
#
#     vitis-run --mode hls --tcl hls.tcl        or        vitis_hls -f hls.tcl
#
# C simulation and cosimulation run the test bench on the golden vectors; it fails on the first
# difference, and then no core is made. The commands are those of AMD UG1399.

# Clock, margin and largest array are those of the project of the networks; the part may be another.
source [file join hls project.tcl]
source settings.tcl

set top ${name}_trigger
set sources [list [file join hls firmware ${name}_network.cpp] [file join hls trigger trigger_top.cpp]]
set bench [file join hls trigger trigger_tb.cpp]
set flags "-std=c++11"

open_project -reset ${top}_prj
set_top $top
foreach source $sources {
    add_files $source -cflags $flags
}
add_files -tb $bench -cflags "$flags -Wno-unknown-pragmas"
# The weights as text, from which a simulation reads them, and the golden vectors.
add_files -tb [file join hls firmware weights]
add_files -tb [file join hls tb_data]

open_solution -reset solution1
# As hls4ml sets them for the same networks, in its build_prj.tcl.
catch {config_array_partition -maximum_size $maximum_size}
config_compile -name_max_length 80
set_part $part
config_schedule -enable_dsp_full_reg=false
create_clock -period $clock_period -name default
set_clock_uncertainty $clock_uncertainty default

csim_design
csynth_design
# Without handshake a cosimulation knows when to read only if there is a result with every clock.
if {$interval == 1} {
    cosim_design
} else {
    puts "not run: cosimulation of a top without handshake needs an interval of 1, not $interval"
}
export_design -format ip_catalog -vendor $vendor -library trigger -ipname $top \
    -version $version -display_name "$name trigger (HLS)" -description $description
exit
