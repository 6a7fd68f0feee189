// Operations of a score on raw integers, exact in every width.
//
// Each operand is an array of ap_int or ap_uint. The result type R is chosen by interval
// analysis to hold every value that can occur, so no assignment below loses a bit. LEFT and
// RIGHT are the shifts that bring two operands to one binary point.

#ifndef SCORE_OPS_H_
#define SCORE_OPS_H_

#include "ap_fixed.h"
#include "ap_int.h"

namespace score_ops {

// Raw integers of fixed-point values: the same bits.
template <int W, int I, ap_q_mode Q, ap_o_mode O, int S> ap_int<W> raw(const ap_fixed<W, I, Q, O, S> &value) {
    #pragma HLS INLINE
    ap_int<W> bits;
    bits.range() = value.range();
    return bits;
}

template <int W, int I, ap_q_mode Q, ap_o_mode O, int S> ap_uint<W> raw(const ap_ufixed<W, I, Q, O, S> &value) {
    #pragma HLS INLINE
    ap_uint<W> bits;
    bits.range() = value.range();
    return bits;
}

template <int N, class V, class R> void port(const V values[N], R result[N]) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        result[i] = raw(values[i]);
    }
}

// A value at a finer binary point, with room for the shift and for the sign.
template <int SHIFT, class A> ap_int<A::width + 1 + SHIFT> align(const A &value) {
    #pragma HLS INLINE
    ap_int<A::width + 1 + SHIFT> wide = value;
    return wide << SHIFT;
}

template <int N, int LEFT, int RIGHT, class A, class B, class R>
void add(const A a[N], const B b[N], R result[N]) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        result[i] = align<LEFT>(a[i]) + align<RIGHT>(b[i]);
    }
}

template <int N, int LEFT, int RIGHT, class A, class B, class R>
void subtract(const A a[N], const B b[N], R result[N]) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        result[i] = align<LEFT>(a[i]) - align<RIGHT>(b[i]);
    }
}

template <int N, int LEFT, int RIGHT, class A, class B, class R>
void maximum(const A a[N], const B b[N], R result[N]) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        if (align<LEFT>(a[i]) > align<RIGHT>(b[i]))
            result[i] = align<LEFT>(a[i]);
        else
            result[i] = align<RIGHT>(b[i]);
    }
}

template <int N, int LEFT, int RIGHT, class A, class B, class R>
void minimum(const A a[N], const B b[N], R result[N]) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        if (align<LEFT>(a[i]) < align<RIGHT>(b[i]))
            result[i] = align<LEFT>(a[i]);
        else
            result[i] = align<RIGHT>(b[i]);
    }
}

template <int N, class A, class B, class R> void multiply(const A a[N], const B b[N], R result[N]) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        result[i] = a[i] * b[i];
    }
}

// SUM holds every partial sum, in any order.
template <int N, class SUM, class A, class B, class R> void dot(const A a[N], const B b[N], R result[1]) {
    #pragma HLS INLINE
    SUM total = 0;
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        total += a[i] * b[i];
    }
    result[0] = total;
}

template <int N, class SUM, class A, class R> void sum(const A a[N], R result[1]) {
    #pragma HLS INLINE
    SUM total = 0;
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        total += a[i];
    }
    result[0] = total;
}

template <int N, class A, class R> void absolute(const A a[N], R result[N]) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        if (a[i] < 0)
            result[i] = -a[i];
        else
            result[i] = a[i];
    }
}

template <int N, class A, class R> void square(const A a[N], R result[N]) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        result[i] = a[i] * a[i];
    }
}

// Adds a constant at the binary point of the result.
template <int N, int SHIFT, class A, class R> void offset(const A a[N], R result[N], long long value) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        result[i] = align<SHIFT>(a[i]) + value;
    }
}

// Drops low bits, rounding towards minus infinity.
template <int N, int BITS, class A, class R> void shorten(const A a[N], R result[N]) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        ap_int<A::width + 1> wide = a[i];
        ap_int<A::width + 1> shifted = wide >> BITS;
        result[i] = shifted;
    }
}

template <int N, class A, class R> void saturate(const A a[N], R result[N], long long lowest, long long highest) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        if (a[i] < lowest)
            result[i] = lowest;
        else if (a[i] > highest)
            result[i] = highest;
        else
            result[i] = a[i];
    }
}

template <int N, class A, class R>
void table(const A a[N], R result[N], const long long values[], long long first) {
    #pragma HLS INLINE
    for (int i = 0; i < N; i++) {
        #pragma HLS UNROLL
        result[i] = values[(a[i] - first).to_int()];
    }
}

} // namespace score_ops

#endif
