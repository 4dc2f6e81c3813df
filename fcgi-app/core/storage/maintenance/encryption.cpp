#include "core/storage/maintenance/encryption.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.hpp"
#include "core/base/log.hpp"
#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/maintenance/backup.hpp"
#include "core/storage/accounts/encryption_store.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/results/result_link_keys.hpp"
#include "core/storage/results/result_store.hpp"
#include "core/storage/webhooks/key_webhooks.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;

/// So many rows are encrypted in one transaction: it takes a few milliseconds.
constexpr std::int64_t slice = 200;
/// Readers are in the way for moments only.
constexpr int clean_tries = 100;
constexpr std::chrono::milliseconds clean_pause{50};

bool holds(const Keys& keys, std::string_view id)
{
    return std::any_of(keys.begin(), keys.end(), [&](const EncryptionKey& key) { return key.id() == id; });
}

void reencrypt_all(Database& database, const OnStep& on_step)
{
    for (AccountId after = 0;;) {
        Transaction transaction{database};
        const auto last = reencrypt_accounts(database, after, slice);
        transaction.commit();
        if (!last) break;
        if (on_step && after == 0) on_step(RotationStep::some_encrypted);
        after = *last;
    }
    for (std::string after;;) {
        Transaction transaction{database};
        const auto last = reencrypt_result_sources(database, after, slice);
        transaction.commit();
        if (!last) break;
        after = *last;
    }
    Transaction transaction{database};
    reencrypt_webhook_secrets(database);  // there are as few as there are keys
    reencrypt_link_keys(database);
    transaction.commit();
}

/// What was overwritten still stands in free places of the file and in its log.
bool clean(Database& database)
{
    // Large files need room: not in memory, where temporary things are otherwise.
    database.script("PRAGMA temp_store=FILE");
    database.script("VACUUM");
    database.script("PRAGMA temp_store=MEMORY");
    for (int i = 0; i < clean_tries; ++i) {
        if (database.checkpoint(true)) return true;
        std::this_thread::sleep_for(clean_pause);
    }
    return false;
}

bool finish(Database& database, const OnStep& on_step)
{
    const auto encryption_state = EncryptionStore{database}.find();
    if (!encryption_state) return true;
    reencrypt_all(database, on_step);
    if (on_step) on_step(RotationStep::all_encrypted);
    if (!clean(database)) return false;
    Transaction transaction{database};
    EncryptionStore{database}.complete(encryption_state->key_id);
    transaction.commit();
    return true;
}

void begin(Database& database, const EncryptionKey& key)
{
    Transaction transaction{database};
    EncryptionStore{database}.encrypt_with(key.id());
    transaction.commit();
}

void tell_of_plain_copies(const fs::path& file)
{
    const auto copies = plain_copies(file);
    std::vector<std::string> names;
    for (const fs::path& copy : copies) names.push_back(copy.string());
    if (!names.empty())
        log_warning("the secrets are encrypted now, but these older copies hold them as plain text: {}",
                    fmt::join(names, ", "));
}

Result<UniqueFd> lock_preparations(const fs::path& file)
{
    auto lock = lock_file(file.string() + ".lock", true);
    if (!lock) return failure("database", message_of(lock.error()));
    return lock;
}

/// Adds to the file; the newest first.
Result<void> keep_old_key(const fs::path& file, const Keys& replaced)
{
    Keys kept = replaced;
    auto before = read_key_file(file);
    if (!before && before.error().code != "key_missing") return tl::unexpected(before.error());
    if (before)
        for (const EncryptionKey& key : *before)
            if (!holds(kept, key.id())) kept.push_back(key);
    return write_key_file(file, kept);
}

}  // namespace

Result<void> keys_fit(Database& database, KeyRing& keys)
{
    if (auto loaded = keys.load(); !loaded) return loaded;
    const auto encryption_state = EncryptionStore{database}.find();
    const auto held = keys.keys();
    if (!encryption_state || holds(*held, encryption_state->key_id)) return {};
    if (held->empty()) {
        return failure("no_key", Message{"key.not_set", {{"key", encryption_state->key_id}}});
    }
    return failure("wrong_key", Message{"key.wrong",
                                        {{"key", encryption_state->key_id},
                                         {"file", keys.place().value_or("SECRET_KEY_FILE").string()},
                                         {"other", held->front().id()}}});
}

Result<void> key_file_may_be(Database& database, const std::optional<fs::path>& file)
{
    KeyRing keys{[&] { return file; }};
    return keys_fit(database, keys);
}

Result<void> prepare_encryption(const DatabaseFile& file)
try {
    const auto lock = lock_preparations(file);
    if (!lock) return tl::unexpected(lock.error());
    Database database{file};
    if (auto fit = keys_fit(database, *file.keys()); !fit) return fit;
    const auto keys = file.keys()->keys();
    const auto encryption_state = EncryptionStore{database}.find();
    if (keys->empty() || (encryption_state && encryption_state->complete)) return {};
    if (!encryption_state) begin(database, keys->front());
    if (!finish(database, {})) {
        log_warning(
            "the secrets are encrypted, but others keep the database from being cleaned of what stood there "
            "before; the next start tries again");
        return {};
    }
    log_info("the secrets in {} are encrypted with the key {}", file.path().string(),
             EncryptionStore{database}.find()->key_id);
    tell_of_plain_copies(file);
    return {};
} catch (const DatabaseError& error) {
    return file_failure("database", file.path(), error.what());
}

Result<Rotation> rotate_key(const DatabaseFile& file, const OnStep& on_step)
try {
    const auto say = [&](RotationStep step) {
        if (on_step) on_step(step);
    };
    const auto lock = lock_preparations(file);
    if (!lock) return tl::unexpected(lock.error());
    Database database{file};
    if (auto fit = keys_fit(database, *file.keys()); !fit) return tl::unexpected(fit.error());
    const auto encryption_state = EncryptionStore{database}.find();
    const auto key_file = file.keys()->place();
    if (!encryption_state || !key_file) return failure("no_key", Message{"key.nothing_to_rotate"});

    Keys keys = *file.keys()->keys();
    Rotation done{.old_keys = old_keys_of(*key_file), .was_interrupted = keys.size() > 1};
    if (!done.was_interrupted) {
        keys.insert(keys.begin(), EncryptionKey::random());
        if (auto written = write_key_file(*key_file, keys); !written) return tl::unexpected(written.error());
        if (auto loaded = file.keys()->load(); !loaded) return tl::unexpected(loaded.error());
    }
    done.key_id = keys.front().id();
    say(RotationStep::keys_written);
    if (encryption_state->key_id != done.key_id) begin(database, keys.front());
    say(RotationStep::key_changed);
    const bool cleaned = finish(database, on_step);
    // From here on nothing in the database needs the former keys.
    if (auto kept = keep_old_key(done.old_keys, {keys.begin() + 1, keys.end()}); !kept)
        return tl::unexpected(kept.error());
    say(RotationStep::old_key_kept);
    if (auto written = write_key_file(*key_file, {keys.front()}); !written) return tl::unexpected(written.error());
    if (auto loaded = file.keys()->load(); !loaded) return tl::unexpected(loaded.error());
    if (!cleaned) return failure("busy", Message{"key.not_cleaned"});
    return done;
} catch (const DatabaseError& error) {
    return file_failure("database", file.path(), error.what());
}

void encrypt_with(Database& database, const EncryptionKey& key)
{
    const auto encryption_state = EncryptionStore{database}.find();
    if (encryption_state && encryption_state->complete && encryption_state->key_id == key.id()) return;
    begin(database, key);
    finish(database, {});
}

void decrypt_all(Database& database)
{
    Transaction transaction{database};
    EncryptionStore{database}.end();
    AccountId after = 0;
    while (const auto last = reencrypt_accounts(database, after, slice)) after = *last;
    for (std::string source; const auto last = reencrypt_result_sources(database, source, slice);) source = *last;
    reencrypt_webhook_secrets(database);
    reencrypt_link_keys(database);
    transaction.commit();
    database.checkpoint(true);
}

std::vector<fs::path> plain_copies(const fs::path& database_file)
{
    std::vector<fs::path> found;
    const auto look = [&](const fs::path& folder, auto&& is_copy) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder, error))
            if (is_copy(entry.path().filename().string()) && holds_plain_secrets(entry.path()))
                found.push_back(entry.path());
    };
    const std::string before = database_file.filename().string() + ".before-";
    look(database_file.parent_path(), [&](const std::string& name) {
        return name.starts_with(before) && !name.ends_with("-wal") && !name.ends_with("-shm");
    });
    look(database_file.parent_path() / "backups", [](const std::string& name) { return name.ends_with(".db"); });
    std::sort(found.begin(), found.end());
    return found;
}

Result<Keys> present_and_former_keys(const KeyRing& ring)
{
    const auto place = ring.place();
    if (!place) return Keys{};
    auto keys = read_key_file(*place);
    if (!keys) return keys;
    auto old = read_key_file(old_keys_of(*place));
    if (!old && old.error().code != "key_missing") return old;
    if (old) keys->insert(keys->end(), old->begin(), old->end());
    return keys;
}

fs::path old_keys_of(const fs::path& key_file) { return key_file.string() + ".old"; }

}  // namespace dreamina
