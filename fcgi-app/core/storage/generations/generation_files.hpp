#pragma once
/// The bodies and answers of generations: files in a folder beside the database, which only the service's user reads.
/// One that has its final name is whole, and on the disk.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/base/unique_fd.hpp"

namespace dreamina {

/// Behind the generation's id: the body, while it may have to be sent, and the answer.
constexpr std::string_view body_extension = ".body";
constexpr std::string_view answer_extension = ".answer";

std::filesystem::path generation_folder(const std::filesystem::path& database_file);

/// A file on its way to its name. Destroyed before finish(), it is gone. Not for several threads at a time.
class NewFile {
public:
    /// Error code "unwritable".
    static Result<NewFile> create(const std::filesystem::path& folder, std::string name);
    NewFile(NewFile&& other) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile();

    /// False once the disk has refused anything.
    bool write(std::string_view bytes);
    std::uint64_t size() const { return size_; }
    const std::string& name() const { return name_; }

    /// Waits for the disk, and gives it its name. False if it is not whole.
    bool finish();

private:
    NewFile(std::filesystem::path folder, std::string name, UniqueFd fd);
    std::filesystem::path unfinished() const;

    std::filesystem::path folder_;
    std::string name_;
    UniqueFd fd_;
    std::uint64_t size_ = 0;
    bool failed_ = false;
    bool is_ours_ = true;  // to be removed
};

/// Where it stands; a name that leads out of the folder is none.
std::filesystem::path generation_file(const std::filesystem::path& folder, std::string_view name);
void remove_generation_file(const std::filesystem::path& folder, std::string_view name);

/// Files of before `before` that nobody needs: of processes that were killed. `is_needed` is asked for each by its
/// name, which begins with the generation's id. Returns how many went.
int remove_stray_files(const std::filesystem::path& folder, Time before,
                       const std::function<bool(std::string_view name)>& is_needed);

}  // namespace dreamina
