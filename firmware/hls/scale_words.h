// Hardware words to the inputs of the networks: (word - offset) >> shift, saturated.
//
// The same in Python is trigger_ad.features.words.scale_array. A slot whose momentum word is 0
// is empty, and its three inputs are 0.

#ifndef SCALE_WORDS_H_
#define SCALE_WORDS_H_

#include "ap_fixed.h"
#include "ap_int.h"

namespace scale_words {

// One word as the raw integer R. An offset is a code of the port, so that the difference needs
// one bit more than the word, and a sign. The shift rounds towards minus infinity.
template <int OFFSET, int SHIFT, class R, class W> R scale(const W &word, bool filled) {
    #pragma HLS INLINE
    static_assert(OFFSET >= 0 && OFFSET < (1 << W::width), "an offset must be a code of its port");
    const ap_int<W::width + 2> difference = ap_int<W::width + 2>(word) - OFFSET;
    const ap_int<W::width + 2> shifted = difference >> SHIFT;
    const int highest = (1 << (R::width - 1)) - 1, lowest = -highest - 1;
    if (!filled)
        return 0;
    if (shifted > highest)
        return highest;
    if (shifted < lowest)
        return lowest;
    return shifted;
}

// The fixed-point number T with the bits of a scaled word.
template <int OFFSET, int SHIFT, class T, class W> void input(const W &word, bool filled, T &result) {
    #pragma HLS INLINE
    const ap_int<T::width> raw = scale<OFFSET, SHIFT, ap_int<T::width> >(word, filled);
    result.range() = raw.range();
}

} // namespace scale_words

#endif
