#pragma once
/// The parts of openapi.json that follow from tables of the program.

#include <string>
#include <vector>

#include "generate/json_layout.hpp"

namespace dreamina {

struct GeneratedMember {
    std::string object;  ///< the object that has it, as a JSON pointer: "/components/schemas/Region"
    std::string member;  ///< "enum", "properties" …
    OrderedJson value;
};

/// All of them. For another table add a line here and, in openapi.json, the object with
/// what nothing derives: its type and description.
std::vector<GeneratedMember> generated_members();

}  // namespace dreamina
