#include <fmt/format.h>

#include "commands/commands.hpp"
#include "commands/new_file.hpp"
#include "commands/password.hpp"
#include "commands/audit.hpp"
#include "commands/transfer_file.hpp"
#include "core/storage/accounts/account_list.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"
#include "core/storage/accounts/encryption_store.hpp"
#include "core/storage/engine/snapshot.hpp"

namespace dreamina {
namespace {

constexpr std::int64_t page_size = 1000;

/// As they are at one moment.
TransferFile gather(Database& database, const ResolvedSettings& settings)
{
    TransferFile transfer;
    const Snapshot snapshot{database};
    for (std::int64_t page = 1;; ++page) {
        auto found = list_accounts(database, {}, {}, page, page_size);
        if (found.items.empty()) break;
        for (Account& account : found.items) transfer.accounts.push_back(std::move(account));
    }
    transfer.models = ModelStore{database}.all();
    for (std::size_t i = 0; i < setting_rows().size(); ++i) {
        const SettingRow& row = setting_rows()[i];
        // What the environment says is the machine's.
        if (settings.sources[i] == SettingSource::file && !stays_on_its_machine(row.key))
            transfer.settings.push_back({std::string{row.key}, row.get(settings.settings)});
    }
    return transfer;
}

}  // namespace

int export_command(const CommandLine& line)
try {
    const std::filesystem::path file = line.arguments.at(0);
    if (const auto free = must_be_new(file); !free) return print_error(free.error().message);
    const auto data = open_existing_data_folder(line.folder);
    if (!data) return print_folder_error(data.error());
    const auto settings = data->settings->current();
    Database database{data->database_file};
    const auto encryption_state = EncryptionStore{database}.find();
    const auto key = encryption_state ? database.keys().find(encryption_state->key_id) : std::nullopt;
    const bool plain = line.has("--plain");
    if (!plain && !key)
        return print_error(
            "there is no key to encrypt the export with (SECRET_KEY_FILE); --plain writes the secrets as "
            "plain text and asks for the password");
    if (plain) {
        const auto confirmed = confirm_password(settings->settings, line.has("--password-stdin"));
        if (!confirmed) return print_error(confirmed.error().message);
    }
    const TransferFile transfer = gather(database, *settings);
    const Time now = system_now();
    const auto written =
        write_new_file(file, plain ? transfer_text(transfer, now) : encrypted_transfer_text(transfer, *key, now));
    if (!written) return print_error(written.error().message);
    record_audit(database, {.action = AuditAction::export_data, .id = {}, .name = file.string()}, now);
    fmt::print("wrote {} accounts, {} models and {} settings to {} ({})\n", transfer.accounts.size(),
               transfer.models.size(), transfer.settings.size(), file.string(),
               plain ? "plain text: anyone who has it has the accounts" : "encrypted with the key " + key->id());
    return 0;
} catch (const DatabaseError& error) {
    return print_error(error.what());
}

}  // namespace dreamina
