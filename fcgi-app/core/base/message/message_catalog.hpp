#pragma once
/// The English half of the catalogue, as it was when the program was built.

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace dreamina {

/// static/src/locales/service/en.json.
std::string_view english_catalog_text();

/// By code: {"job.some_failed": "{failed} of {total} failed, the first: {first}"}. A text of two forms for a count has
/// both, parted by " | ".
const std::map<std::string, std::string, std::less<>>& english_templates();

}  // namespace dreamina
