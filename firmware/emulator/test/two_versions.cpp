// Two versions of a model in one process: layers of the same names, other weights and tables.
//
//     two_versions OBJECT GOLDEN OBJECT GOLDEN
//
// Both objects stay open and take turns at every event; each has to give its own scores. Run it a
// second time with the pairs exchanged: what is loaded first must not matter.

#include "golden.h"
#include "loader.h"

#include <iostream>

namespace {

struct Version {
    trigger_ad::Golden golden;
    trigger_ad::Loader loader;

    Version(const char *object, const char *vectors)
        : golden(trigger_ad::read_golden(vectors)), loader(object) {}

    void prepare(std::size_t i) { loader.model().prepare_input(std::any(golden.events[i].words.data())); }

    trigger_ad::Scores result() {
        trigger_ad::Scores scores;
        loader.model().predict();
        loader.model().read_result(std::any(&scores));
        return scores;
    }
};

int fail(const std::string &what) {
    std::cerr << what << "\n";
    return 1;
}

} // namespace

int main(int count, char **arguments) {
    if (count != 5)
        return fail("usage: two_versions OBJECT GOLDEN OBJECT GOLDEN");
    try {
        Version one(arguments[1], arguments[2]), two(arguments[3], arguments[4]);
        if (one.loader.name() == two.loader.name())
            return fail("both objects are " + one.loader.name());
        std::size_t differ = 0;
        for (std::size_t i = 0; i < one.golden.events.size() && i < two.golden.events.size(); i++) {
            one.prepare(i);
            two.prepare(i); // a shared input would now be that of the second
            const trigger_ad::Scores second = two.result(), first = one.result();
            if (first != one.golden.events[i].scores)
                return fail(one.loader.name() + " differs in event " + std::to_string(i));
            if (second != two.golden.events[i].scores)
                return fail(two.loader.name() + " differs in event " + std::to_string(i));
            differ += first.first != second.first && first.second != second.second;
        }
        if (2 * differ < one.golden.events.size())
            return fail("the versions are too much alike to tell them apart");
        std::cout << one.golden.events.size() << " events equal in both\n";
    } catch (const std::exception &error) {
        return fail(error.what());
    }
}
