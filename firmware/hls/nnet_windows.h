// Layers that read windows of their source: convolutions, layers shared between particles, pooling.
//
// Each configuration has a table of places: which elements of its flat source a window reads, in
// order, and -1 for padding. The sums of a window are those of a dense layer of hls4ml.

#ifndef NNET_WINDOWS_H_
#define NNET_WINDOWS_H_

#include "nnet_common.h"
#include "nnet_dense.h"

namespace nnet {

struct maximum_windows_config {};

template <class data_T, class res_T, typename CONFIG_T>
void linear_windows(data_T data[CONFIG_T::n_source], res_T res[CONFIG_T::n_windows * CONFIG_T::n_out],
                    typename CONFIG_T::weight_t weights[CONFIG_T::n_in * CONFIG_T::n_out],
                    typename CONFIG_T::bias_t biases[CONFIG_T::n_out]) {
    #pragma HLS PIPELINE II=CONFIG_T::reuse_factor
    for (unsigned w = 0; w < CONFIG_T::n_windows; w++) {
        #pragma HLS UNROLL
        data_T window[CONFIG_T::n_in];
        res_T result[CONFIG_T::n_out];
        #pragma HLS ARRAY_PARTITION variable=window complete
        #pragma HLS ARRAY_PARTITION variable=result complete
        for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
            #pragma HLS UNROLL
            const int place = CONFIG_T::place(w * CONFIG_T::n_in + i);
            if (place < 0)
                window[i] = 0;
            else
                window[i] = data[place];
        }
        dense<data_T, res_T, CONFIG_T>(window, result, weights, biases);
        for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
            #pragma HLS UNROLL
            res[w * CONFIG_T::n_out + j] = result[j];
        }
    }
}

// The largest element of each window; a window of one element is a copy.
template <class data_T, class res_T, typename CONFIG_T>
void maximum_windows(data_T data[CONFIG_T::n_source], res_T res[CONFIG_T::n_windows]) {
    #pragma HLS PIPELINE
    for (unsigned w = 0; w < CONFIG_T::n_windows; w++) {
        #pragma HLS UNROLL
        data_T largest = data[CONFIG_T::place(w * CONFIG_T::n_in)];
        for (unsigned i = 1; i < CONFIG_T::n_in; i++) {
            #pragma HLS UNROLL
            const data_T other = data[CONFIG_T::place(w * CONFIG_T::n_in + i)];
            if (other > largest)
                largest = other;
        }
        res[w] = largest;
    }
}

} // namespace nnet

#endif
