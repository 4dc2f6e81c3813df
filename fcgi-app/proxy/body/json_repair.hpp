#pragma once
/// Jimeng-api takes JSON that is none: in two steps it first replaces blanks that look like blanks only, then writes
/// single quotes as double ones and puts quotes about bare names. The same for a body that arrives in pieces.

#include <string>
#include <string_view>

namespace dreamina {

class JsonRepair {
public:
    enum class Step { blanks, quotes };

    explicit JsonRepair(Step step) : step_(step) {}

    /// What becomes of the piece, and of what was held back of the one before.
    std::string feed(std::string_view piece);

private:
    enum class Place { elsewhere, where_a_name_may_begin, in_a_bare_name, in_a_text, behind_a_backslash };

    void put(char c, std::string& repaired);

    Step step_;
    Place place_ = Place::elsewhere;
    std::string held_;  // what may be the beginning of a longer character
};

}  // namespace dreamina
