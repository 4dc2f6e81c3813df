#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.hpp"
#include "commands/commands.hpp"
#include "commands/audit.hpp"
#include "commands/transfer_file.hpp"
#include "core/domain/account/account_ranges.hpp"
#include "core/domain/account/exported_account.hpp"
#include "core/domain/import/import_text.hpp"
#include "core/pool/pool.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/log/audit_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"
#include "core/storage/maintenance/encryption.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

/// Of one kind of things: what became of them.
struct Tally {
    int added = 0;
    int replaced = 0;
    int left = 0;
};

/// Which accounts they are is for the audit trail.
struct AccountTally {
    AccountRanges added;
    AccountRanges replaced;
    int left = 0;

    Tally sums() const
    {
        return {.added = static_cast<int>(added.count()), .replaced = static_cast<int>(replaced.count()), .left = left};
    }
};

std::string words(std::string_view what, const Tally& tally)
{
    return fmt::format("{}: {} added, {} replaced, {} left as they are\n", what, tally.added, tally.replaced,
                       tally.left);
}

AuditEntry entry_of(AuditAction action, AuditSubject subject, const std::string& id, const std::string& name)
{
    return {.action = action, .subject = subject, .id = id, .name = name};
}

void put_account(Database& database, const Account& account, bool replace, Time now, AccountTally& tally)
{
    AccountStore store{database};
    auto id = store.id_of(account.email);
    if (id && !replace) {
        ++tally.left;
        return;
    }
    if (id) {
        store.change(*id,
                     {.email = account.email,
                      .password = account.password,
                      .region = account.region,
                      .session_id = std::optional{account.session_id},
                      .proxy_url = std::optional{account.proxy_url}},
                     now);
        tally.replaced.add(*id, account.email);
    } else {
        id = store.add({.email = account.email,
                        .password = account.password,
                        .region = account.region,
                        .session_id = account.session_id,
                        .proxy_url = account.proxy_url,
                        .points = account.points},
                       now);
        tally.added.add(*id, account.email);
    }
    store.take_over_state(*id, account, now);
}

/// What a line does not say is as the page has it where nothing is chosen, or stays as it is.
void put_line(Database& database, const ImportedAccount& line, double default_points, bool replace, Time now,
              AccountTally& tally)
{
    AccountStore store{database};
    auto id = store.id_of(line.email);
    if (id && !replace) {
        ++tally.left;
        return;
    }
    if (id) {
        AccountChange change{.email = line.email, .region = line.region, .points = line.points};
        if (!line.password.empty()) change.password = line.password;
        if (line.session_id) change.session_id = line.session_id;
        if (line.proxy_url) change.proxy_url = line.proxy_url;
        store.change(*id, change, now);
        tally.replaced.add(*id, line.email);
    } else {
        id = store.add({.email = line.email,
                        .password = line.password,
                        .region = line.region.value_or(ImportOptions{}.region),
                        .session_id = line.session_id,
                        .proxy_url = line.proxy_url,
                        .points = line.points.value_or(default_points)},
                       now);
        tally.added.add(*id, line.email);
    }
}

/// One row for all of them, which each of them is found by.
void record_accounts(Database& database, AuditAction action, std::string_view count_name, const AccountRanges& accounts,
                     Time now)
{
    if (accounts.count() == 0) return;
    const auto row = record_audit(
        database,
        {.action = action,
         .subject = AuditSubject::account,
         .new_fields = fmt::format(R"({{"{}":{},"ids":"{}"}})", count_name, accounts.count(), accounts.text())},
        now);
    AuditStore{database}.add_accounts(row, accounts.all());
}

Result<void> put_model(Database& database, const Model& model, bool replace, Time now, Tally& tally)
{
    ModelStore store{database};
    const bool known = store.find(model.id).has_value();
    if (known && !replace) {
        ++tally.left;
        return {};
    }
    for (const ModelName& name : model.names)
        if (const auto owner = store.owner_of(name.name); owner && *owner != model.id)
            return failure("taken_name", Message{"command.model_name_taken",
                                                 {{"model", model.id}, {"name", name.name}, {"other", *owner}}});
    ++(known ? tally.replaced : tally.added);
    record_audit(database,
                 entry_of(known ? AuditAction::change : AuditAction::import, AuditSubject::model, model.id, model.id),
                 now);
    return known ? store.change(model) : store.add(model);
}

Result<std::string> take_in(DataFolder& data, const TransferFile& transfer, bool replace, bool dry_run)
{
    Database database{data.database_file};
    AccountTally accounts;
    Tally models;
    Transaction transaction{database};
    const Time now = system_now();
    for (const Account& account : transfer.accounts) put_account(database, account, replace, now, accounts);
    const double points = data.settings->current()->settings.default_points;
    for (const ImportedAccount& line : transfer.lines) put_line(database, line, points, replace, now, accounts);
    record_accounts(database, AuditAction::import, "created", accounts.added, now);
    record_accounts(database, AuditAction::change, "accounts", accounts.replaced, now);
    for (const Model& model : transfer.models)
        if (auto put = put_model(database, model, replace, now, models); !put) return tl::unexpected(put.error());
    const auto count = static_cast<int>(transfer.settings.size());
    const Tally settings{.added = 0, .replaced = replace ? count : 0, .left = replace ? 0 : count};
    if (!dry_run) {
        // Last, so that nothing is left to go wrong: the file is changed whole or not at all.
        if (replace)
            for (const SettingEntry& setting : transfer.settings)
                record_audit(database, entry_of(AuditAction::change, AuditSubject::setting, setting.key, setting.key),
                             now);
        if (replace && count > 0)
            if (auto changed = data.settings->change(transfer.settings); !changed)
                return tl::unexpected(changed.error());
        apply_limits(database, data.settings->current()->settings);
        transaction.commit();
    }
    return words("accounts", accounts.sums()) + words("models", models) + words("settings", settings);
}

/// One in each line.
std::string fault_lines(const ImportResult& read)
{
    std::vector<std::string> lines;
    for (const Message& fault : named_faults(read)) lines.push_back(english(fault));
    return fmt::format("{}", fmt::join(lines, "\n"));
}

/// Accounts in any form that the page takes.
Result<TransferFile> read_lines(std::string_view text, bool skip_faulty)
{
    ImportResult read = read_import(text, "");
    if (read.fault || (read.faulty > 0 && !skip_faulty)) return failure("malformed_lines", fault_lines(read));
    if (read.faulty > 0) fmt::print(stderr, "left out:\n{}\n", fault_lines(read));
    if (!read.duplicates.empty()) fmt::print(stderr, "more than once: {}\n", fmt::join(read.duplicates, ", "));
    TransferFile transfer;
    transfer.lines = std::move(read.accounts);
    return transfer;
}

Result<TransferFile> read_file_to_import(const DataFolder& data, const std::string& text, bool skip_faulty)
{
    if (!looks_like_export(text)) return read_lines(text, skip_faulty);
    const auto keys = present_and_former_keys(*data.database_file.keys());
    if (!keys) return failure("no_key", message_of(keys.error()));
    return read_transfer(text, *keys);
}

}  // namespace

int import_command(const CommandLine& line)
try {
    const std::string& file = line.arguments.at(0);
    auto data = open_data_folder(line.folder);
    if (!data) return print_folder_error(data.error());
    const auto text = read_file(file);
    if (!text) return print_error(text.error().message);
    const auto transfer = read_file_to_import(*data, decoded(*text), line.has("--skip-faulty"));
    if (!transfer)
        return print_error(fmt::format("{}: {}; nothing was changed", file, transfer.error().message),
                           transfer.error().code == "no_key" ? exit_bad_configuration : exit_failed);
    const bool dry_run = line.has("--dry-run");
    const auto taken = take_in(*data, *transfer, line.has("--replace"), dry_run);
    if (!taken) return print_error(fmt::format("{}: {}; nothing was changed", file, taken.error().message));
    fmt::print("{}{}", dry_run ? "nothing was changed; it would be:\n" : "", *taken);
    return 0;
} catch (const DatabaseError& error) {
    return print_error(std::string{"nothing was changed: "} + error.what());
}

}  // namespace dreamina
