#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "../request.hpp"  // also included from outside this folder

namespace dreamina::stand_in {

/// A body as an upstream has read it.
struct ReadBody {
    nlohmann::json fields = nlohmann::json::object();  ///< may be any JSON value with A
    std::vector<std::string> files;                    ///< the field names of a form's files, in order
    std::optional<std::string> fault;                  ///< the sentence of a reader that gave up
};

/// jimeng-api: JSON with repairs, where the type says so: white space of all kinds becomes blanks,
/// commas before a bracket go, and if that is no JSON yet, single quotes become double ones and bare
/// keys get some. The last of equal keys counts. Forms, urlencoded or multipart, where a field that is
/// there twice becomes a list. Nothing of any other type.
ReadBody read_body_of_a(const Request& request);

/// jimeng-api-go: of JSON the first value in the body, whatever its type says; keys match without
/// case, the last one counts, null changes nothing. Of a multipart form, where `takes_forms`, a
/// field's first value. `known` are the fields that it reads, with their types as Go writes them.
struct GoField {
    std::string_view name;
    std::string_view type;  ///< string, bool, int, float64, []string, []interface {}, or interface {}
};
ReadBody read_body_of_b(const Request& request, const std::vector<GoField>& known, bool takes_forms);

/// The parts of a multipart body: names and values, and which of them are files.
struct FormPart {
    std::string name;
    std::string_view value;
    bool is_file = false;
};
std::vector<FormPart> multipart_parts(const Request& request);

/// JSON text as the first reader repairs it, to be tried in this order.
std::pair<std::string, std::string> repaired_json(std::string_view body);

}  // namespace dreamina::stand_in
