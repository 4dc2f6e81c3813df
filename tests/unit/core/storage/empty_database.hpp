#pragma once
/// A database of the present version without an account in it.

#include <filesystem>

#include <doctest/doctest.h>

#include "core/storage/maintenance/migrations.hpp"
#include "temporary_folder.hpp"

namespace dreamina {

/// Makes `file` and returns it. A copy of one that is made once: all migrations for each test would be most of the
/// tests' time.
inline std::filesystem::path make_empty_database(std::filesystem::path file)
{
    static const TemporaryFolder folder;
    static const std::filesystem::path original = [] {
        auto made = folder / "empty.db";
        const auto prepared = prepare_database(made);
        REQUIRE_MESSAGE(prepared.has_value(), (prepared ? "" : prepared.error().message));
        return made;
    }();
    std::filesystem::copy_file(original, file);
    return file;
}

}  // namespace dreamina
