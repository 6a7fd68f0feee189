"""C++ read as a synthesis reads it."""

from trigger_ad.audit.cpp import pragmas, read, statements

TEXT = """
#include "ap_int.h" // a comment { with a brace
#ifndef HEADER_H_
#define HEADER_H_
namespace outer {
/* void hidden() {} */
static const int COUNT = 3;
ap_uint<4> state = {1};
enum Kind { ONE, TWO };
typedef ap_int<4> small_t;
void declared(int a);
template <int N, class A> void shape(const A a[N], ap_int<4> &b, std::pair<int, int> c) {
    #pragma HLS INLINE
    #pragma hls array_partition variable=a complete dim=0
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        b += a[i];
    }
#ifndef __SYNTHESIS__
    static bool loaded = false;
#else
    static bool made;
#endif
}
struct Plain {
    int value;
    Plain() : value(COUNT) {}
    int twice() const { return 2 * value; }
};
} // namespace outer
extern "C" {
void top(bool a) { outer::state = a; }
}
#endif
"""


def test_definitions():
    source = read(TEXT)
    assert [(f.scope, f.name) for f in source.functions] == [
        ("outer", "shape"),
        ("outer::Plain", "Plain"),
        ("outer::Plain", "twice"),
        ("", "top"),
    ]
    (structure,) = source.structures
    assert [member.head for member in structure.members] == [
        "int value",
        "Plain() : value(COUNT)",
        "int twice() const",
    ]
    assert [(v.head, v.body) for v in source.variables] == [
        ("static const int COUNT = 3", None),
        ("ap_uint<4> state =", "1"),
        ("enum Kind", " ONE, TWO "),
        ("void declared(int a)", None),
    ]


def test_arguments_and_pragmas():
    function = read(TEXT).functions[0]
    assert function.arguments == ("const A a[N]", "ap_int<4> &b", "std::pair<int, int> c")
    assert function.argument_names() == ("a", "b", "c")
    found = pragmas(function.body)
    assert [pragma.kind for pragma in found] == ["INLINE", "ARRAY_PARTITION", "UNROLL"]
    assert (found[1].get("variable"), found[1].get("factor")) == ("a", None)


def test_what_only_a_simulation_compiles_is_left_out():
    heads = [statement.head for statement in statements(read(TEXT).functions[0].body)]
    assert heads == ["for (int i = 0; i < N; i++)", "static bool made"]
