#include "complain.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace dreamina {

int complain(std::string_view sentence, int status)
{
    fmt::print(stderr, "dreamina-scheduler: {}\n", sentence);
    return status;
}

int complain_of_folder(const Error& error)
{
    const bool other = error.code == "unwritable" || error.code == "unreadable" || error.code == "database" ||
                       error.code == "no_database";
    return complain(error.message, other ? exit_failed : exit_bad_configuration);
}

}  // namespace dreamina
