#pragma once
/// How a row of `jobs` is read. For the stores alone.

#include <string_view>

#include "core/storage/stores/job_store.hpp"

namespace dreamina {

/// The columns of `jobs j` that read_job understands.
std::string_view job_columns();
Job read_job(const Query& row);

}  // namespace dreamina
