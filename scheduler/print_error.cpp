#include "print_error.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace dreamina {

int print_error(std::string_view sentence, int status)
{
    fmt::print(stderr, "dreamina-scheduler: {}\n", sentence);
    return status;
}

int print_folder_error(const Error& error) { return print_error(error.message, folder_error_status(error)); }

int folder_error_status(const Error& error)
{
    const bool other = error.code == "unwritable" || error.code == "unreadable" || error.code == "database" ||
                       error.code == "no_database";
    return other ? exit_failed : exit_bad_configuration;
}

}  // namespace dreamina
