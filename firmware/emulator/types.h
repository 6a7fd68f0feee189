// What std::any has to hold for the objects of this project: the same for every version.
//
// The exact types would follow from the widths of one version's ports and scores, and a caller
// would have to be compiled anew with each of them. These two hold all of them.

#ifndef EMULATOR_TYPES_H_
#define EMULATOR_TYPES_H_

#include "ap_int.h"

#include <utility>

namespace trigger_ad {

// prepare_input(std::any(words)) with `Word *words`, the first of the hardware words of an event.
// The widest port has 12 bits without a sign; 16 bits hold any port up to 15, or 16 with a sign.
typedef ap_int<16> Word;

// read_result(std::any(&scores)) with `Scores scores`. Raw integers, to be compared with raw
// thresholds. No score has more than 61 bits.
typedef std::pair<ap_int<64>, ap_int<64>> Scores;

} // namespace trigger_ad

#endif
