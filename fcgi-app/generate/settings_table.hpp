#pragma once
/// The tables of settings and timed jobs in the READMEs.

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace dreamina {

/// For fcgi-app/README.md: a heading and a row per setting, each line with its end.
std::string settings_table();

enum class Language { english, chinese };

/// For README.md and .github/README.zh-CN.md: the same of the settings that most installations change.
/// Error code "unknown_setting": the list in the source names one that is not in the table of settings.
Result<std::string> often_changed_settings_table(Language language = Language::english);

/// For scheduler/README.md: when each timed job runs as the settings are at first, and what it does.
std::string timed_jobs_table();

/// `present` with `table` between the two marks of that name.
/// Error code "invalid_readme": the marks are missing, or stand more than once.
Result<std::string> renewed_readme(std::string_view present, std::string_view table,
                                   std::string_view name = "settings");

}  // namespace dreamina
