#pragma once
/// One line on the error stream, and the exit status that belongs to it.

#include <string_view>

#include "base/result.hpp"
#include "exit_status.hpp"

namespace dreamina {

int complain(std::string_view sentence, int status = exit_failed);

/// Of an error from opening the data folder: a disk that is full or not ours to write is no fault of the configuration.
int complain_of_folder(const Error& error);

}  // namespace dreamina
