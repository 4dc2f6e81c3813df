#pragma once
/// A job on the wire.

#include "core/base/json_reader.hpp"
#include "core/storage/stores/job_store.hpp"

namespace dreamina {

Json job_json(const Job& job);
Json job_item_json(const JobItem& item);

}  // namespace dreamina
