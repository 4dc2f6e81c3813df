#pragma once
/// Timed jobs whose name has changed.

#include <string_view>

namespace dreamina {

/// Today's name of the job that an earlier version called `name`; any other name as it is.
std::string_view current_timed_job_name(std::string_view name);

}  // namespace dreamina
