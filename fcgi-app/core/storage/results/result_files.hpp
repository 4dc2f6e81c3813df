#pragma once
/// The files of stored results, in a folder of their own that may be another disk. A file is named by its content
/// (ab/<sha256>), so that equal results share one; it goes when no row names it. What is on its way is in incoming/.
///
/// A row says "stored" only once its file has its name, and a file goes only when no row names it: both under a lock
/// that all processes share, so a kill leaves a file without a row at worst, which is swept later.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/unique_fd.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/results/result_store.hpp"

struct crypto_hash_sha256_state;

namespace dreamina {

/// As the settings say.
std::filesystem::path result_folder(const Settings& settings, const std::filesystem::path& database_file);

/// Where a file stands, below the folder; empty for what is no SHA-256.
std::filesystem::path result_place(std::string_view sha256);

/// Whether it is there, as a file and not as a link.
bool has_result_file(const std::filesystem::path& folder, std::string_view sha256);

/// A smaller picture of it, if one has been made; the same path rules. A program of its own makes them
/// (docker/package/thumbnails), which can write to nothing but the folder thumbnails/.
std::filesystem::path thumbnail_place(std::string_view sha256);
bool has_thumbnail(const std::filesystem::path& folder, std::string_view sha256);

/// What came with an answer and is yet to be looked at, by its result's id.
std::filesystem::path incoming_folder(const std::filesystem::path& folder);

/// Makes the folder, which nobody else may look into then, and those of what comes in and of thumbnails, where they are
/// not there.
void make_result_folders(const std::filesystem::path& folder);

/// Whether it is a folder in which this process can keep files, or can be made one. Makes nothing. Error code
/// "unusable".
Result<void> result_folder_is_usable(const std::filesystem::path& folder);

/// On the disk that the folder is on, or will be; nothing: it cannot be told. Waits for that disk.
std::optional<std::uintmax_t> free_space_for_results(const std::filesystem::path& folder);

/// Whether so much leaves room for more: RESULTS_MIN_FREE_GB.
bool is_room_for_results(std::optional<std::uintmax_t> free_bytes, const Settings& settings);

/// Both. Waits for the disk.
bool has_room_for_results(const std::filesystem::path& folder, const Settings& settings);

constexpr std::int64_t bytes_of_gigabytes(double gigabytes)
{
    return static_cast<std::int64_t>(gigabytes * 1'000'000'000);
}

/// A file on its way. Looks at what is written: only pictures and videos are taken, and not more than is allowed of
/// them. Destroyed before publish_result(), it is gone. One thread at a time.
class ResultFileWriter {
public:
    /// Error code "unwritable".
    static Result<ResultFileWriter> create(const std::filesystem::path& folder, std::string_view id);
    ResultFileWriter(ResultFileWriter&& other) noexcept;
    ResultFileWriter& operator=(ResultFileWriter&&) = delete;
    ~ResultFileWriter();

    /// False: no more is wanted, as fault() says.
    bool write(std::string_view bytes);
    /// Why it cannot be stored; empty if it can.
    const Message& fault() const { return fault_; }
    bool has_written() const { return bytes_ > 0; }

    /// Waits for the disk. Nothing if it cannot be stored.
    std::optional<ResultFile> finish();
    const std::filesystem::path& path() const { return path_; }
    void let_go() { is_ours_ = false; }

private:
    ResultFileWriter(std::filesystem::path path, UniqueFd fd);
    bool refuse(Message fault);

    std::filesystem::path path_;
    UniqueFd fd_;
    std::unique_ptr<crypto_hash_sha256_state> hash_;
    std::string beginning_;
    std::optional<MediaType> type_;
    std::uint64_t bytes_ = 0;
    Message fault_;
    bool is_ours_ = true;
};

/// Gives the file its name and commits that its result is stored; false if that was deleted meanwhile. Throws
/// DatabaseError, and std::runtime_error where the file cannot be named.
bool publish_result(Database& database, const std::filesystem::path& folder, std::string_view id,
                    ResultFileWriter& writer, const ResultFile& file);

/// Removes those of the files that no row names. Not in a transaction.
void remove_unnamed_files(Database& database, const std::filesystem::path& folder, std::span<const std::string> sha256);

/// Files of before `before` that nobody needs: of processes that were killed. Returns how many went.
int sweep_result_files(Database& database, const std::filesystem::path& folder, Time before);

}  // namespace dreamina
