#include "core/storage/results/result_files.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/secret.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view fetched_extension = ".fetch";
constexpr std::string_view thumbnail_extension = ".webp";
constexpr std::string_view thumbnails_folder = "thumbnails";
constexpr std::size_t sha256_digits = 64;

/// Who may enter the folder may read what is in it: that is for its own mode to say, since an nginx of another user
/// sends the files.
constexpr mode_t folder_mode = 0755;
constexpr mode_t file_mode = 0644;

void make_folder(const fs::path& path)
{
    if (::mkdir(path.c_str(), folder_mode) == 0) ::chmod(path.c_str(), folder_mode);  // whatever the umask
}

/// Nobody else may look into a new one.
void make_top_folder(const fs::path& folder)
{
    std::error_code error;
    if (fs::exists(folder, error)) return;
    fs::create_directories(folder, error);
    fs::permissions(folder, fs::perms::owner_all, error);
}

Result<UniqueFd> lock_results(const fs::path& folder)
{
    make_top_folder(folder);
    return lock_file(folder / ".lock", true);
}

void sync_folder(const fs::path& folder)
{
    const UniqueFd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!fd || ::fsync(fd.get()) != 0) throw std::runtime_error("a result's file could not be kept");
}

bool is_sha256(std::string_view text)
{
    return text.size() == sha256_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// No link: what made thumbnails has read what strangers may have made, and may lead anywhere.
bool is_file_itself(const fs::path& folder, const fs::path& place)
{
    std::error_code error;
    return !place.empty() && fs::symlink_status(folder / place, error).type() == fs::file_type::regular;
}

/// Holds the lock for one folder only: results that come meanwhile wait no longer than for that.
template <class IsNeeded>
int sweep(const fs::path& results, const fs::path& folder, Time before, const IsNeeded& is_needed)
{
    const auto lock = lock_results(results);
    if (!lock) return 0;
    int removed = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        struct stat seen {};
        if (::lstat(entry.path().c_str(), &seen) != 0 || !S_ISREG(seen.st_mode)) continue;
        if (from_millis(std::int64_t{seen.st_mtim.tv_sec} * 1000) >= before) continue;
        if (is_needed(entry.path().filename().string())) continue;
        removed += fs::remove(entry.path(), error) ? 1 : 0;
    }
    return removed;
}

/// Files named by a SHA-256, in folders by its first digits: those that no row names, and those with another extension.
int sweep_named_files(ResultStore& store, const fs::path& results, const fs::path& below, std::string_view extension,
                      Time before)
{
    int removed = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(results / below, error)) {
        if (entry.path().filename().native().size() != 2 || !fs::is_directory(entry.symlink_status(error))) continue;
        removed += sweep(results, entry.path(), before, [&](std::string_view file) {
            const std::string_view named = file.substr(0, file.find('.'));
            if (!is_sha256(named)) return true;  // what is not ours stays
            return file.substr(named.size()) == extension && store.names_file(named);
        });
    }
    return removed;
}

}  // namespace

fs::path result_folder(const Settings& settings, const fs::path& database_file)
{
    return (database_file.parent_path() / settings.results_folder.value_or("results")).lexically_normal();
}

fs::path result_place(std::string_view sha256)
{
    return is_sha256(sha256) ? fs::path{sha256.substr(0, 2)} / sha256 : fs::path{};
}

fs::path thumbnail_place(std::string_view sha256)
{
    fs::path place = result_place(sha256);
    if (place.empty()) return place;
    place += thumbnail_extension;
    return thumbnails_folder / place;
}

bool has_result_file(const fs::path& folder, std::string_view sha256)
{
    return is_file_itself(folder, result_place(sha256));
}

bool has_thumbnail(const fs::path& folder, std::string_view sha256)
{
    return is_file_itself(folder, thumbnail_place(sha256));
}

fs::path incoming_folder(const fs::path& folder) { return folder / "incoming"; }

void make_result_folders(const fs::path& folder)
{
    make_top_folder(folder);
    make_folder(incoming_folder(folder));
    make_folder(folder / thumbnails_folder);
}

Result<void> result_folder_is_usable(const fs::path& folder)
{
    fs::path there = folder;
    struct stat seen {};
    // What cannot be looked at is judged by the folder above it, which is then no folder or cannot be entered.
    while (::stat(there.c_str(), &seen) != 0) {
        struct stat link {};
        if (::lstat(there.c_str(), &link) == 0 || !there.has_relative_path())
            return file_failure("unusable", there, errno);
        there = there.parent_path();
    }
    if (!S_ISDIR(seen.st_mode)) return file_failure("unusable", there, ENOTDIR);
    if (::access(there.c_str(), R_OK | W_OK | X_OK) != 0) return file_failure("unusable", there, errno);
    const fs::path incoming = incoming_folder(folder);
    if (::stat(incoming.c_str(), &seen) != 0) return {};
    if (!S_ISDIR(seen.st_mode)) return file_failure("unusable", incoming, ENOTDIR);
    if (::access(incoming.c_str(), W_OK | X_OK) != 0) return file_failure("unusable", incoming, errno);
    return {};
}

std::optional<std::uintmax_t> free_space_for_results(const fs::path& folder)
{
    fs::path there = folder;
    std::error_code error;
    while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
    return free_space(there);
}

bool is_room_for_results(std::optional<std::uintmax_t> free_bytes, const Settings& settings)
{
    return free_bytes && static_cast<double>(*free_bytes) >= settings.results_min_free_gb * 1e9;
}

bool has_room_for_results(const fs::path& folder, const Settings& settings)
{
    return is_room_for_results(free_space_for_results(folder), settings);
}

Result<ResultFileWriter> ResultFileWriter::create(const fs::path& folder, std::string_view id)
{
    start_sodium();
    make_result_folders(folder);
    const fs::path path = incoming_folder(folder) / (std::string{id}.append(fetched_extension));
    UniqueFd fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, file_mode)};
    if (!fd || ::fchmod(fd.get(), file_mode) != 0) return file_failure("unwritable", path, errno);
    return ResultFileWriter{path, std::move(fd)};
}

ResultFileWriter::ResultFileWriter(fs::path path, UniqueFd fd)
    : path_(std::move(path)), fd_(std::move(fd)), hash_(std::make_unique<crypto_hash_sha256_state>())
{
    crypto_hash_sha256_init(hash_.get());
}

ResultFileWriter::ResultFileWriter(ResultFileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::move(other.fd_)),
      hash_(std::move(other.hash_)),
      beginning_(std::move(other.beginning_)),
      type_(other.type_),
      bytes_(other.bytes_),
      fault_(std::move(other.fault_)),
      is_ours_(std::exchange(other.is_ours_, false))
{
}

ResultFileWriter::~ResultFileWriter()
{
    std::error_code ignored;
    if (is_ours_) fs::remove(path_, ignored);
}

bool ResultFileWriter::refuse(Message fault)
{
    fault_ = std::move(fault);
    return false;
}

bool ResultFileWriter::write(std::string_view bytes)
{
    if (!fault_.empty()) return false;
    bytes_ += bytes.size();
    if (beginning_.size() < pixel_size_bytes) beginning_.append(bytes.substr(0, pixel_size_bytes - beginning_.size()));
    if (!type_ && beginning_.size() >= media_type_bytes) {
        type_ = media_type_of(beginning_);
        if (!type_) return refuse({"storing.no_media"});
    }
    const std::uint64_t most = type_ ? max_result_bytes(type_->media) : max_result_bytes(ResultMedia::image);
    if (bytes_ > most) return refuse({"storing.too_large", {{"max_bytes", static_cast<std::int64_t>(most)}}});
    if (!write_all(fd_.get(), bytes)) return refuse({"storing.no_room"});
    crypto_hash_sha256_update(hash_.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return true;
}

std::optional<ResultFile> ResultFileWriter::finish()
{
    if (!fault_.empty()) return std::nullopt;
    if (!type_) type_ = media_type_of(beginning_);
    if (!type_) return refuse({"storing.no_media"}), std::nullopt;
    if (::fsync(fd_.get()) != 0) return refuse({"storing.no_room"}), std::nullopt;
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(hash_.get(), digest.data());
    return ResultFile{.media = type_->media,
                      .mime = std::string{type_->mime},
                      .bytes = static_cast<std::int64_t>(bytes_),
                      .size = pixel_size_of(beginning_),
                      .sha256 = to_hex(digest.data(), digest.size())};
}

bool publish_result(Database& database, const fs::path& folder, std::string_view id, ResultFileWriter& writer,
                    const ResultFile& file)
{
    const auto lock = lock_results(folder);
    if (!lock) throw std::runtime_error(lock.error().message);
    if (!ResultStore{database}.has_pending(id)) return false;
    const fs::path place = folder / result_place(file.sha256);
    make_folder(place.parent_path());
    if (::rename(writer.path().c_str(), place.c_str()) != 0)
        throw std::runtime_error(fmt::format("a result's file cannot be named {}", place.string()));
    writer.let_go();
    sync_folder(place.parent_path());
    Transaction transaction{database};
    const bool is_stored = ResultStore{database}.record_stored(id, file);
    transaction.commit();
    return is_stored;
}

void remove_unnamed_files(Database& database, const fs::path& folder, std::span<const std::string> sha256)
{
    if (sha256.empty()) return;
    const auto lock = lock_results(folder);
    if (!lock) return;  // they are swept later
    ResultStore store{database};
    std::error_code ignored;
    for (const std::string& each : sha256) {
        const fs::path place = result_place(each);
        if (place.empty() || store.names_file(each)) continue;
        fs::remove(folder / place, ignored);
        fs::remove(folder / thumbnail_place(each), ignored);
    }
}

int sweep_result_files(Database& database, const fs::path& folder, Time before)
{
    std::error_code error;
    if (!fs::is_directory(folder, error)) return 0;
    ResultStore store{database};
    const int removed = sweep(folder, incoming_folder(folder), before, [&](std::string_view name) {
        return name.find('.') == std::string_view::npos && store.has_pending(name);
    });
    return removed + sweep_named_files(store, folder, {}, {}, before) +
           sweep_named_files(store, folder, thumbnails_folder, thumbnail_extension, before);
}

}  // namespace dreamina
