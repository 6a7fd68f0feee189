// Test bench of the trigger top, for C simulation and cosimulation.
//
// It reads golden vectors, which trigger_ad.hls.vectors writes from the rule in Python, drives
// the top crossing by crossing, and stops at the first difference. The file is
// tb_data/trigger_vectors.txt, or the argument of the program. Its first line is
//
//     trigger_vectors/1 <top> <crossings> <inputs> <outputs>
//
// and every other line one crossing: the values of all input ports, then those that the output
// ports must show. The top starts from reset. The program gives 0 if everything is equal, else 1.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "trigger_call.h"

using namespace trigger_build;

static int fail(const std::string &what) {
    std::cerr << "FAILED: " << what << std::endl;
    return EXIT_FAILURE;
}

// Reads a line of integers; whether they are exactly as many as wanted.
static bool read(std::istream &file, long long *values, int wanted) {
    std::string line, more;
    if (!std::getline(file, line))
        return false;
    std::istringstream words(line);
    for (int i = 0; i < wanted; i++) {
        if (!(words >> values[i]))
            return false;
    }
    return !(words >> more);
}

int main(int argc, char **argv) {
    const std::string path = argc > 1 ? argv[1] : "tb_data/trigger_vectors.txt";
    std::ifstream file(path.c_str());
    std::string line, schema, top;
    long crossings = 0;
    int inputs = 0, outputs = 0;
    std::getline(file, line);
    std::istringstream header(line);
    if (!(header >> schema >> top >> crossings >> inputs >> outputs) || schema != "trigger_vectors/1")
        return fail(path + " must begin with trigger_vectors/1 and what it holds");
    if (top != TOP || inputs != INPUTS || outputs != OUTPUTS)
        return fail(path + " is of another top");
    if (crossings < 1)
        return fail(path + " holds no crossing");

    for (long crossing = 0; crossing < crossings; crossing++) {
        long long values[INPUTS + OUTPUTS], found[OUTPUTS];
        std::ostringstream where;
        where << "crossing " << crossing << ": ";
        if (!read(file, values, INPUTS + OUTPUTS))
            return fail(where.str() + "a line is missing or does not have one value for each port");
        drive(values, found);
        for (int i = 0; i < OUTPUTS; i++) {
            const long long golden = values[INPUTS + i];
            if (found[i] != golden) {
                where << OUTPUT_NAMES[i] << " is " << found[i] << ", not " << golden;
                return fail(where.str());
            }
        }
    }
    if (std::getline(file, line))
        return fail(path + " has more lines than its header says");
    std::cout << "PASSED: " << crossings << " crossings" << std::endl;
    return EXIT_SUCCESS;
}
