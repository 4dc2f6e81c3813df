#include "core/base/key_ring.hpp"

#include <sys/stat.h>

#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "core/base/file.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr std::size_t max_file = 64 * 1024;

std::optional<EncryptionKey> key_in(const Keys& keys, std::string_view id)
{
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const EncryptionKey& key) { return key.id() == id; });
    return found == keys.end() ? std::nullopt : std::optional{*found};
}

tl::unexpected<Error> unreadable(const std::filesystem::path& file, std::string text,
                                 std::vector<MessageParam> params = {})
{
    params.insert(params.begin(), {"file", file.string()});
    return failure("key_unreadable", Message{std::move(text), std::move(params)});
}

Result<Keys> parse_keys(const std::filesystem::path& file, std::string_view text)
{
    Keys keys;
    for (int line = 1; !text.empty(); ++line) {
        const auto end = text.find('\n');
        const std::string_view content = trim(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (content.empty() || content.front() == '#') continue;
        auto key = EncryptionKey::from_hex(content);
        if (!key) return unreadable(file, "key.line_malformed", {{"line", line}, {"fault", message_of(key.error())}});
        if (!key_in(keys, key->id())) keys.push_back(std::move(*key));
    }
    if (keys.empty()) return unreadable(file, "key.file_empty");
    return keys;
}

}  // namespace

Result<Keys> read_key_file(const std::filesystem::path& file)
{
    struct stat found {};
    if (::stat(file.c_str(), &found) == 0) {
        if (!S_ISREG(found.st_mode)) return unreadable(file, "key.file_not_regular");
        if ((found.st_mode & 077U) != 0)
            return unreadable(file, "key.file_open", {{"mode", fmt::format("{:04o}", found.st_mode & 07777U)}});
        if (static_cast<std::size_t>(found.st_size) > max_file) return unreadable(file, "key.file_too_large");
    }
    auto text = read_file(file);
    if (!text && text.error().code == "not_found")
        return failure("key_missing", Message{"key.file_missing", {{"file", file.string()}}});
    if (!text) return failure("key_unreadable", Message{"key.file_unreadable", {{"reason", message_of(text.error())}}});
    auto keys = parse_keys(file, *text);
    sodium_memzero(text->data(), text->size());
    return keys;
}

std::string key_file_text(const Keys& keys)
{
    std::string text =
        "# Dreamina Manager: anyone who has this can read the accounts' secrets; without it no one can.\n";
    for (const EncryptionKey& key : keys) text += fmt::format("# key {}\n{}\n", key.id(), key.hex());
    return text;
}

Result<void> write_key_file(const std::filesystem::path& file, const Keys& keys)
{
    std::string text = key_file_text(keys);
    auto written = write_file_atomically(file, text, 0600);
    sodium_memzero(text.data(), text.size());
    return written;
}

Result<void> KeyRing::load()
{
    if (!place_) return {};
    const auto file = place_();
    auto keys = file ? read_key_file(*file) : Result<Keys>{Keys{}};
    if (!keys) return tl::unexpected(keys.error());
    auto held = std::make_shared<const Keys>(std::move(*keys));
    const std::lock_guard lock{mutex_};
    keys_ = std::move(held);
    return {};
}

std::shared_ptr<const Keys> KeyRing::keys() const
{
    const std::lock_guard lock{mutex_};
    return keys_;
}

std::optional<EncryptionKey> KeyRing::find(std::string_view id)
{
    if (auto key = key_in(*keys(), id)) return key;
    if (const auto loaded = load(); !loaded) return std::nullopt;
    return key_in(*keys(), id);
}

}  // namespace dreamina
