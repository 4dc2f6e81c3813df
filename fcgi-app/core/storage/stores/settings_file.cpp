#include "core/storage/stores/settings_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/message/coded_error.hpp"
#include "core/base/file.hpp"
#include "core/base/secret.hpp"

namespace dreamina {
namespace {

/// Keeps the keys where their owner put them.
using Document = nlohmann::ordered_json;

tl::unexpected<Error> invalid_config(const std::filesystem::path& path, Message fault)
{
    return coded_failure("error.invalid_config", {{"file", path.string()}, {"why", std::move(fault)}});
}

/// The line a byte stands in, for people who look at the file in an editor.
std::ptrdiff_t line_of(std::string_view text, std::size_t byte)
{
    const std::string_view before = text.substr(0, byte > 0 ? byte - 1 : 0);
    return 1 + std::count(before.begin(), before.end(), '\n');
}

Result<Document> parse_document(const std::filesystem::path& path, std::string_view text)
{
    Document document;
    try {
        document = Document::parse(text);
    } catch (const Document::parse_error& error) {
        // The library's own sentence quotes the file, which holds secrets.
        return invalid_config(path, {"configuration.invalid_json", {{"line", line_of(text, error.byte)}}});
    } catch (const Document::out_of_range&) {
        return invalid_config(path, {"configuration.number_out_of_range"});
    }
    if (!document.is_object()) return invalid_config(path, {"configuration.not_object"});
    return document;
}

/// A missing file reads as an empty object, unless it `was_there`: one that gets lost must not put the password back to
/// its default in a running service.
Result<std::string> read_text(const std::filesystem::path& path, bool was_there)
{
    auto text = read_file(path);
    if (text) return text;
    if (text.error().code == "not_found" && was_there) return invalid_config(path, {"configuration.gone"});
    if (text.error().code == "not_found") return "{}";
    return failure("invalid_config", message_of(text.error()));
}

Result<Document> read_document(const std::filesystem::path& path, bool was_there)
{
    const auto text = read_text(path, was_there);
    if (!text) return tl::unexpected(text.error());
    return parse_document(path, *text);
}

std::optional<SettingValue> to_value(const Document& value)
{
    switch (value.type()) {
    case Document::value_t::null: return nullptr;
    case Document::value_t::boolean: return value.get<bool>();
    case Document::value_t::number_integer: return value.get<std::int64_t>();
    case Document::value_t::number_unsigned: {
        const auto number = value.get<std::uint64_t>();
        if (number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return static_cast<double>(number);
        return static_cast<std::int64_t>(number);
    }
    case Document::value_t::number_float: return value.get<double>();
    case Document::value_t::string: return value.get<std::string>();
    default: return std::nullopt;
    }
}

Document to_json(const SettingValue& value)
{
    return std::visit([](const auto& content) { return Document(content); }, value);
}

bool is_set(const SettingValue& value) { return !std::holds_alternative<std::nullptr_t>(value); }

/// The settings among the file's keys.
std::vector<SettingEntry> entries_of(const Document& document, std::vector<Error>& faults)
{
    std::vector<SettingEntry> entries;
    for (const auto& [key, content] : document.items()) {
        if (!find_setting(key)) continue;
        if (auto value = to_value(content)) {
            entries.push_back({key, std::move(*value)});
        } else {
            faults.push_back(field_error("error.invalid_setting", key, {"field.not_single"}));
        }
    }
    return entries;
}

Error blame_file(const std::filesystem::path& path, const Error& error)
{
    Error blamed =
        make_error(error.code, Message{"error.in_file", {{"file", path.string()}, {"fault", message_of(error)}}});
    append_faults(blamed.each, error);
    return blamed;
}

SettingsReading examine(const std::filesystem::path& path, const Document& document, const Environment& environment)
{
    std::vector<Error> faults;
    const auto entries = entries_of(document, faults);
    // Without the environment first, so that a fault is put down to where it stands.
    resolve_settings(
        entries, [](const std::string&) { return std::nullopt; }, faults);
    SettingsReading reading;
    if (!faults.empty()) reading.fault = blame_file(path, all_of(std::exchange(faults, {})));
    faults.clear();
    reading.usable = resolve_settings(entries, environment, faults);
    if (!reading.fault && !faults.empty()) reading.fault = all_of(std::move(faults));
    return reading;
}

Result<ResolvedSettings> resolve(const std::filesystem::path& path, const Document& document,
                                 const Environment& environment)
{
    SettingsReading reading = examine(path, document, environment);
    if (reading.fault) return tl::unexpected(std::move(*reading.fault));
    return std::move(*reading.usable);
}

tl::unexpected<Error> unknown_setting(const std::string& key)
{
    return field_failure("error.unknown_setting", key.substr(0, 60), {"field.no_setting"});
}

/// A writer never overwrites a change that it has not seen.
Result<void> compare(const std::vector<SettingEntry>& expected, const Settings& in_force)
{
    Settings seen;
    for (const SettingEntry& entry : expected) {
        const SettingRow* row = find_setting(entry.key);
        if (!row) return unknown_setting(entry.key);
        if (auto applied = apply_setting(seen, *row, entry.value); !applied) return applied;
        const bool same =
            row->secret ? is_set(row->get(seen)) == is_set(row->get(in_force)) : row->get(seen) == row->get(in_force);
        if (!same) return field_failure("error.changed_meanwhile", entry.key, {"field.changed_meanwhile"});
    }
    return {};
}

bool is_masked(const SettingRow& row, const SettingValue& value)
{
    const auto* text = std::get_if<std::string>(&value);
    return row.secret && text && *text == masked_secret;
}

/// Puts the changes into the document, in the form in which the table keeps them. What is sent back as it is in force
/// is no change: a page that posts its whole form must not nail the environment's values down in the file.
Result<void> apply_changes(Document& document, const std::vector<SettingEntry>& changes, const Settings& in_force)
{
    if (auto good = SettingsFile::check_changes(changes); !good) return good;
    Settings checked;
    for (const SettingEntry& change : changes) {
        const SettingRow* row = find_setting(change.key);
        if (is_masked(*row, change.value)) continue;
        if (auto applied = apply_setting(checked, *row, change.value); !applied) return applied;
        if (!document.contains(change.key) && row->get(checked) == row->get(in_force)) continue;
        document[change.key] = to_json(row->get(checked));
    }
    return {};
}

Result<void> apply_resets(Document& document, const std::vector<std::string>& resets)
{
    for (const std::string& key : resets) {
        if (!find_setting(key)) return unknown_setting(key);
        document.erase(key);
    }
    return {};
}

std::vector<SettingChange> differences(const Settings& before, const Settings& after)
{
    std::vector<SettingChange> found;
    for (const SettingRow& row : setting_rows())
        if (row.get(before) != row.get(after)) found.push_back({row, row.get(before), row.get(after)});
    return found;
}

/// A file, but for the values out of range that were in it.
struct InRange {
    std::string before;
    Document document;
    std::vector<std::string> changes;  ///< for people
    Settings settings;
};

/// Nothing if there is nothing to change, or other faults would be left.
std::optional<InRange> read_in_range(const std::filesystem::path& path, const Environment& environment)
{
    const auto text = read_file(path);
    auto document = text ? parse_document(path, *text) : tl::unexpected(text.error());
    if (!document) return std::nullopt;
    std::vector<std::string> changes;
    for (auto& [key, content] : document->items()) {
        const SettingRow* row = find_setting(key);
        const auto value = row ? to_value(content) : std::nullopt;
        const auto nearest = value ? nearest_in_range(*row, *value) : std::nullopt;
        if (!nearest) continue;
        const Document better = to_json(*nearest);
        changes.push_back(
            fmt::format("{} was {} and is now {} (range: {})", key, content.dump(), better.dump(), range_text(*row)));
        content = better;
    }
    const auto resolved = resolve(path, *document, environment);
    if (changes.empty() || !resolved) return std::nullopt;
    return InRange{*text, std::move(*document), std::move(changes), resolved->settings};
}

bool same_instant(const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

/// File systems stamp in ticks: a write in the tick of the one before it leaves no trace in the time.
constexpr std::time_t coarsest_tick = 2;  // seconds

}  // namespace

SettingsFile::SettingsFile(std::filesystem::path path, Environment environment)
    : path_(std::move(path)), environment_(std::move(environment))
{
}

Result<std::unique_ptr<SettingsFile>> SettingsFile::open(std::filesystem::path path, Environment environment)
{
    std::unique_ptr<SettingsFile> file{new SettingsFile(std::move(path), std::move(environment))};
    if (auto loaded = file->load(); !loaded) return tl::unexpected(loaded.error());
    for (const std::string_view key : file->current()->unquoted)
        log_warning("the environment variable {} is in quotes, which are taken off: write it without them", key);
    return file;
}

Result<void> SettingsFile::check_changes(const std::vector<SettingEntry>& changes)
{
    std::vector<Error> faults;
    Settings scratch;
    for (const SettingEntry& change : changes) {
        const SettingRow* row = find_setting(change.key);
        if (row && is_masked(*row, change.value)) continue;
        const Result<void> applied = row ? apply_setting(scratch, *row, change.value) : unknown_setting(change.key);
        if (!applied) faults.push_back(applied.error());
    }
    if (!faults.empty()) return tl::unexpected(all_of(std::move(faults)));
    return {};
}

SettingsReading SettingsFile::examine(const std::filesystem::path& path, const Environment& environment)
{
    const auto document = read_document(path, false);
    if (!document) return {.usable = {}, .fault = document.error()};
    return dreamina::examine(path, *document, environment);
}

void SettingsFile::bring_into_range(const std::filesystem::path& path, const Environment& environment,
                                    const std::function<bool(const Settings&)>& wanted)
{
    // The next open reports what cannot be used.
    const auto found = read_in_range(path, environment);
    if (!found || !wanted(found->settings)) return;
    const auto among_processes = lock_file(path.string() + ".lock", true);
    const auto better = among_processes ? read_in_range(path, environment) : std::nullopt;
    if (!better) return;
    const std::string copy = path.string() + ".before-upgrade";
    if (!std::filesystem::exists(copy) && !write_file_atomically(copy, better->before, 0600)) return;
    if (!write_file_atomically(path, better->document.dump(2) + "\n", 0600)) return;
    for (const std::string& change : better->changes)
        log_warning("{}: a value of the earlier program was out of range: {}", path.string(), change);
}

std::shared_ptr<const ResolvedSettings> SettingsFile::current() const
{
    const std::lock_guard lock{mutex_};
    return current_;
}

std::string SettingsFile::version() const
{
    const std::lock_guard lock{mutex_};
    return version_;
}

Time SettingsFile::changed_at() const
{
    const std::lock_guard lock{mutex_};
    return changed_at_;
}

Message SettingsFile::fault_message() const
{
    const std::lock_guard lock{mutex_};
    return fault_;
}

bool SettingsFile::unchanged(const struct stat& found) const
{
    // The change time as well: it tells of new permissions, and of a copy that kept the older file's time.
    return settled_ && same_instant(found.st_mtim, seen_.st_mtim) && same_instant(found.st_ctim, seen_.st_ctim) &&
           found.st_size == seen_.st_size && found.st_ino == seen_.st_ino && found.st_dev == seen_.st_dev;
}

Result<void> SettingsFile::load()
{
    // Looked at before it is read: a change in between shows at the next look.
    struct stat found {};
    if (::stat(path_.c_str(), &found) != 0) found = {};
    seen_ = found;
    settled_ = std::time(nullptr) - found.st_ctim.tv_sec > coarsest_tick;

    const auto text = read_text(path_, was_there_);
    const auto document = text ? parse_document(path_, *text) : tl::unexpected(text.error());
    if (found.st_ino != 0) was_there_ = true;
    auto resolved = document ? resolve(path_, *document, environment_) : tl::unexpected(document.error());

    const std::lock_guard lock{mutex_};
    Message fault = resolved ? Message{} : message_of(resolved.error());
    if (current_ && !(fault == fault_)) {
        fault.empty() ? log_info("{} is good again", path_.string())
                      : log_error("{}; the last good settings stay in force", english(fault));
    }
    fault_ = std::move(fault);
    changed_at_ = from_millis(std::int64_t{found.st_mtim.tv_sec} * 1000 + found.st_mtim.tv_nsec / 1'000'000);
    if (!resolved) return tl::unexpected(resolved.error());
    version_ = secret_digest(*text);
    const bool same = current_ && current_->settings == resolved->settings && current_->sources == resolved->sources;
    if (!same && current_ && log_enabled(LogLevel::debug))
        for (const SettingChange& change : differences(current_->settings, resolved->settings))
            log_debug("{} changed", change.row.key);  // never the values, of which some are secrets
    if (!same) current_ = std::make_shared<const ResolvedSettings>(std::move(*resolved));
    return {};
}

bool SettingsFile::refresh()
{
    // The event loop calls this: it does not wait while another thread writes the file.
    const std::unique_lock lock{reading_, std::try_to_lock};
    if (!lock) return false;
    struct stat found {};
    if (::stat(path_.c_str(), &found) != 0) found = {};
    if (unchanged(found)) return false;
    const auto before = current();
    // A fault is kept for fault_message(); the settings in force stay.
    [[maybe_unused]] const auto loaded = load();
    return current() != before;
}

Result<void> SettingsFile::change(const std::vector<SettingEntry>& changes, const Announce& announce)
{
    return edit({.changes = changes, .resets = {}, .expected = {}}, announce);
}

Result<void> SettingsFile::edit(const SettingsEdit& edit, const Announce& announce)
{
    const auto among_processes = lock_file(path_.string() + ".lock", true);
    if (!among_processes) return tl::unexpected(among_processes.error());
    const std::lock_guard lock{reading_};

    auto document = read_document(path_, was_there_);
    if (!document) return tl::unexpected(document.error());
    const Document before = *document;
    // By the file as it is now, which another process may have changed a moment ago.
    const auto resolved_before = resolve(path_, *document, environment_);
    const Settings in_force = resolved_before ? resolved_before->settings : current()->settings;
    if (auto same = compare(edit.expected, in_force); !same) return same;
    if (auto applied = apply_changes(*document, edit.changes, in_force); !applied) return applied;
    if (auto applied = apply_resets(*document, edit.resets); !applied) return applied;
    const auto resolved = resolve(path_, *document, environment_);
    if (!resolved) return tl::unexpected(resolved.error());

    if (*document != before) {
        const auto changed = differences(in_force, resolved->settings);
        if (announce && !changed.empty()) announce(changed);
        if (auto written = write_file_atomically(path_, document->dump(2) + "\n", 0600); !written) return written;
    }
    return load();
}

}  // namespace dreamina
