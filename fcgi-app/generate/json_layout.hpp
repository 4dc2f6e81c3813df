#pragma once
/// JSON in the layout that openapi.json is kept in, so that a program and people can both edit the file.

#include <string>

#include <nlohmann/json.hpp>

namespace dreamina {

/// Keeps the fields of an object in the order in which they were read or added.
using OrderedJson = nlohmann::ordered_json;

/// Two spaces per level and at most 120 columns: what fits stays on one line, a list of strings fills its lines, and
/// everything else gets a line per element. A value that cannot be broken may be wider. Ends with a newline.
std::string lay_out(const OrderedJson& json);

}  // namespace dreamina
