#pragma once
/// One line on the error stream, and the exit status that belongs to it.

#include <string_view>

#include "core/base/result.hpp"
#include "core/base/exit_status.hpp"

namespace dreamina {

int print_error(std::string_view sentence, int status = exit_failed);

/// Of an error from opening the data folder: a disk that is full or not ours to write is no fault of the configuration.
int print_folder_error(const Error& error);
int folder_error_status(const Error& error);

}  // namespace dreamina
