#pragma once
/// What is logged, for tests of it.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "core/base/unique_fd.hpp"

namespace dreamina {

/// What `speak` writes to standard error.
template <class Speak>
std::string said(Speak speak)
{
    std::string path = (std::filesystem::temp_directory_path() / "said-XXXXXX").string();
    const UniqueFd file{::mkstemp(path.data())};
    const UniqueFd before{::dup(STDERR_FILENO)};
    REQUIRE(::dup2(file.get(), STDERR_FILENO) >= 0);
    speak();
    ::dup2(before.get(), STDERR_FILENO);
    std::string text = read_file(path).value_or("");
    ::unlink(path.c_str());
    return text;
}

}  // namespace dreamina
