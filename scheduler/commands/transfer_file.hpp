#pragma once
/// The JSON file of `export` and `import`: documented in scheduler/README.md, so that others can read and write it too.
/// {"format": "dreamina-export", "version": 1, "made_at": …, "accounts": […], "models": […], "settings": {…}};
/// encrypted,
/// {"format", "version", "made_at", "key_id", "sealed": "<base64>"} with that document within.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/key_ring.hpp"
#include "core/domain/account/account.hpp"
#include "core/domain/import/import_line.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/domain/settings.hpp"

namespace dreamina {

struct TransferFile {
    std::vector<Account> accounts;  ///< with their secrets; ids and counts of calls stay behind
    std::vector<Model> models;
    std::vector<SettingEntry> settings;
    std::vector<ImportedAccount> lines;  ///< of a file that is no export: what one logs in with, and no state
};

/// Settings that belong to one machine and its files: they are not exported, and not taken from an export.
bool stays_on_its_machine(std::string_view setting);

std::string transfer_text(const TransferFile& transfer, Time now);
std::string encrypted_transfer_text(const TransferFile& transfer, const EncryptionKey& key, Time now);

/// Error codes "malformed_json", "invalid_field", "unknown_field", "not_an_export", "no_key" (it is encrypted with one
/// that is not among `keys`), "damaged". The message names the place and holds no secret.
Result<TransferFile> read_transfer(std::string_view text, const Keys& keys);

}  // namespace dreamina
