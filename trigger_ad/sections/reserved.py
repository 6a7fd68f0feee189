"""Names that a language of the firmware has taken: nothing of a user can be called so."""

from __future__ import annotations

__all__ = ["CPP_WORDS", "RTL_WORDS", "is_free"]

#: ISO/IEC 14882:2017, 5.11 and 5.13, and later ones that HLS compilers know already.
_CPP = """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t
    char32_t class co_await co_return co_yield compl concept const consteval constexpr constinit
    const_cast continue decltype default delete do double dynamic_cast else enum explicit export
    extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq
    nullptr operator or or_eq private protected public register reinterpret_cast requires return
    short signed sizeof static static_assert static_cast struct switch template this thread_local
    throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while
    xor xor_eq
"""

#: What the headers of the projects define, declare or open; compilers define linux and unix.
_HEADERS = """
    main std hls nnet score_ops trigger_build linux unix assert errno stdin stdout stderr FILE NULL
    EOF NAN INFINITY HUGE_VAL BUFSIZ RAND_MAX EXIT_SUCCESS EXIT_FAILURE CHAR_BIT INT_MAX INT_MIN
    UINT_MAX LONG_MAX LONG_MIN ULONG_MAX SIZE_MAX FLT_MAX DBL_MAX SC_TRN SC_RND SC_WRAP SC_SAT
"""

#: IEEE 1800-2017, table B.1.
_SYSTEMVERILOG = """
    accept_on alias always always_comb always_ff always_latch and assert assign assume automatic
    before begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle
    checker class clocking cmos config const constraint context continue cover covergroup
    coverpoint cross deassign default defparam design disable dist do edge else end endcase
    endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface
    endmodule endpackage endprimitive endprogram endproperty endspecify endsequence endtable endtask
    enum event eventually expect export extends extern final first_match for force foreach forever
    fork forkjoin function generate genvar global highz0 highz1 if iff ifnone ignore_bins
    illegal_bins implements implies import incdir include initial inout input inside instance int
    integer interconnect interface intersect join join_any join_none large let liblist library local
    localparam logic longint macromodule matches medium modport module nand negedge nettype new
    nexttime nmos nor noshowcancelled not notif0 notif1 null or output package packed parameter pmos
    posedge primitive priority program property protected pull0 pull1 pulldown pullup
    pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime
    ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1 s_always
    s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled
    signed small soft solve specify specparam static string strong strong0 strong1 struct super
    supply0 supply1 sync_accept_on sync_reject_on table tagged task this throughout time
    timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg type typedef union
    unique unique0 unsigned until until_with untyped use uwire var vectored virtual void wait
    wait_order wand weak weak0 weak1 while wildcard wire with within wor xnor xor
"""

CPP_WORDS = frozenset(f"{_CPP} {_HEADERS}".split())
RTL_WORDS = frozenset(_SYSTEMVERILOG.split())


def is_free(name: str, *, rtl: bool) -> bool:
    """Whether C++ and HLS leave a name to users, and SystemVerilog where it gets there.

    Types of HLS begin with ``ap_``, those of C end in ``_t``; two underscores in a row belong to
    the compiler.

    Parameters
    ----------
    name : str
    rtl : bool
        Whether it reaches SystemVerilog, too.

    Examples
    --------
    >>> names = ("double_ae", "int", "ap_fixed", "size_t", "a__b", "logic")
    >>> [is_free(name, rtl=True) for name in names]
    [True, False, False, False, False, False]
    >>> is_free("logic", rtl=False)
    True
    """
    taken = name in CPP_WORDS or (rtl and name in RTL_WORDS)
    return not (taken or name.startswith("ap_") or name.endswith("_t") or "__" in name)
