#pragma once
/// How a part of the service starts while something keeps it from that, such as a fault in config.json: it says so once
/// and waits until that is mended, rather than to end and be started again and again.

#include <chrono>
#include <functional>

#include "core/storage/maintenance/open_data_folder.hpp"

namespace dreamina {

/// Waits; true if the process is to end.
using EndsWithin = std::function<bool(milliseconds)>;

/// open_data_folder, tried again for up to `patience`: as soon as config.json changes, and twice a minute in case the
/// fault lies elsewhere. What keeps it from being opened is logged, and told the service's manager, when it is not
/// what it was before. Fails as the last try did.
Result<DataFolder> await_data_folder(const std::filesystem::path& folder, std::chrono::seconds patience,
                                     const EndsWithin& ends_within);

}  // namespace dreamina
