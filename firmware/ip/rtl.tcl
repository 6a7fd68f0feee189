# Vivado: the trigger top in RTL as an IP core. Run in the folder that prepare.py wrote:
#
#     vivado -mode batch -source rtl.tcl
#
# The packager wants a top in plain Verilog (AMD UG1118, Top-Level HDL Requirements): trigger_ip.v,
# whose ports are those of trigger_top.sv with arrays laid flat. The commands are those of UG835.

source settings.tcl

set top ${name}_trigger_ip
create_project -force ${top}_project ${top}_project -part $part
add_files -norecurse $rtl_sources
foreach source $rtl_sources {
    if {[file extension $source] eq ".sv"} {
        set_property file_type SystemVerilog [get_files [file tail $source]]
    }
}
set_property top $top [current_fileset]
add_files -fileset constrs_1 -norecurse [file join rtl clock.xdc]
# The clock of the core by itself; in a design the clock of the design counts.
set_property USED_IN {synthesis implementation out_of_context} [get_files clock.xdc]
update_compile_order -fileset sources_1

ipx::package_project -root_dir ${top} -vendor $vendor -library trigger \
    -taxonomy /UserIP -import_files -force
set core [ipx::current_core]
set_property name $top $core
set_property version $version $core
set_property display_name "$name trigger (RTL)" $core
set_property description $description $core

# Clock and reset are interfaces, everything else is a port of its own: there is no bus in between.
# The frequency is left to the design, where it must be that of the clock it connects.
foreach {port kind} {clk clock rst reset} {
    if {[ipx::get_bus_interfaces $port -of_objects $core] eq ""} {
        ipx::infer_bus_interface $port xilinx.com:signal:${kind}_rtl:1.0 $core
    }
}
proc interface_parameter {core port name value} {
    set interface [ipx::get_bus_interfaces $port -of_objects $core]
    set parameter [ipx::get_bus_parameters $name -of_objects $interface]
    if {$parameter eq ""} {
        set parameter [ipx::add_bus_parameter $name $interface]
    }
    set_property value $value $parameter
}
interface_parameter $core clk ASSOCIATED_RESET rst
interface_parameter $core rst POLARITY ACTIVE_HIGH

ipx::create_xgui_files $core
ipx::update_checksums $core
ipx::check_integrity $core
ipx::save_core $core
ipx::archive_core [file join $top ${top}_$version.zip] $core
close_project
exit
