#include "commands/transfer_file.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/message/coded_error.hpp"
#include "core/base/json_reader.hpp"
#include "core/base/text.hpp"
#include "core/domain/account/account_fields.hpp"
#include "core/domain/account/exported_account.hpp"

namespace dreamina {
namespace {

using Ordered = nlohmann::ordered_json;

constexpr std::int64_t format_version = 1;
constexpr std::string_view encrypted_place = "export";
constexpr JsonReader::Count any_count{.max = 10'000'000};
constexpr std::int64_t max_daily_limit = 1'000'000'000;

Ordered or_null(const std::optional<std::string>& text) { return text ? Ordered(*text) : Ordered(nullptr); }

Ordered account_json(const std::vector<AccountField>& fields, const Account& account)
{
    Ordered json = Ordered::object();
    for (const AccountField& field : fields) json[field.name] = as_json<Ordered>(value_of(field, account));
    return json;
}

Ordered regions_json(RegionSet regions)
{
    Ordered names = Ordered::array();
    for (const Region region : all_regions)
        if (contains(regions, region)) names.push_back(to_string(region));
    return names;
}

Ordered model_json(const Model& model)
{
    Ordered names = Ordered::array();
    for (const ModelName& name : model.names)
        names.push_back(Ordered{{"name", name.name},
                                {"regions", regions_json(name.regions)},
                                {"send_as", name.send_as.empty() ? Ordered(nullptr) : Ordered(name.send_as)}});
    return {{"id", model.id},
            {"needs_points", model.needs_points},
            {"limit_setting", or_null(model.limit_setting)},
            {"daily_limit", model.own_limit ? Ordered(*model.own_limit) : Ordered(nullptr)},
            {"names", std::move(names)}};
}

Ordered head(Time now)
{
    return {{"format", export_format_name}, {"version", format_version}, {"made_at", to_rfc3339(now)}};
}

std::string to_text(const Ordered& document)
{
    return document.dump(1, ' ', false, Ordered::error_handler_t::replace) + "\n";
}

ModelName read_name(JsonReader& reader)
{
    ModelName name{.name = reader.required("name", reader.text("name", {})), .regions = 0};
    if (const auto fault = model_name_fault(name.name)) reader.fail("name", *fault);
    for (const std::string& text : reader.required("regions", reader.texts("regions", {.min = 1}, {}))) {
        const auto region = parse_region(text);
        if (!region) reader.fail("regions", not_one_of({"us", "hk", "jp", "sg", "cn"}));
        name.regions = static_cast<RegionSet>(name.regions | only(region.value_or(Region::us)));
    }
    name.send_as = reader.text("send_as", {}).value.value_or("");
    const auto fault = name.send_as.empty() ? std::nullopt : send_as_fault(name.name, name.send_as);
    if (fault) reader.fail("send_as", *fault);
    return name;
}

Model read_model(JsonReader& reader)
{
    Model model;
    model.id = reader.required("id", reader.text("id", {}));
    if (const auto fault = model_id_fault(model.id)) reader.fail("id", *fault);
    model.needs_points = reader.required("needs_points", reader.boolean("needs_points"));
    model.limit_setting = reader.text("limit_setting", {}).value;
    const SettingRow* row = model.limit_setting ? find_setting(*model.limit_setting) : nullptr;
    if (model.limit_setting && (row == nullptr || row->group != "limits"))
        reader.fail("limit_setting", {"field.not_limit_setting"});
    model.own_limit = reader.integer("daily_limit", 0, max_daily_limit).value;
    if (model.limit_setting && model.own_limit) reader.fail("daily_limit", {"field.beside_limit_setting"});
    model.names = reader.required("names", reader.objects("names", {}, read_name));
    const bool has_id = std::any_of(model.names.begin(), model.names.end(),
                                    [&](const ModelName& name) { return name.name == model.id; });
    if (!has_id) reader.fail("names", {"field.id_missing"});
    return model;
}

Result<std::vector<SettingEntry>> read_settings(const Json& settings)
{
    if (!settings.is_object()) return failure("invalid_field", Message{"export.not_object"});
    std::vector<SettingEntry> entries;
    Settings scratch;
    for (const auto& [key, json] : settings.items()) {
        const SettingRow* row = find_setting(key);
        if (row == nullptr)
            return failure("unknown_field", Message{"export.unknown_setting", {{"field", key.substr(0, 60)}}});
        if (stays_on_its_machine(key)) continue;
        SettingValue value = nullptr;
        if (json.is_boolean())
            value = json.get<bool>();
        else if (json.is_number_integer())
            value = json.get<std::int64_t>();
        else if (json.is_number())
            value = json.get<double>();
        else if (json.is_string())
            value = json.get<std::string>();
        else if (!json.is_null())
            return failure("invalid_field", Message{"export.not_single", {{"field", key}}});
        if (auto applied = apply_setting(scratch, *row, value); !applied)
            return failure("invalid_field",
                           Message{"export.setting_unusable", {{"fault", message_of(applied.error())}}});
        entries.push_back({key, std::move(value)});
    }
    return entries;
}

/// Twice in one file: which of them would count?
std::optional<std::string> repeated_email(const std::vector<Account>& accounts)
{
    std::set<std::string> seen;
    for (const Account& account : accounts)
        if (!seen.insert(to_lower(account.email)).second) return account.email;
    return std::nullopt;
}

Result<TransferFile> read_plain(Json document)
{
    const Json settings = document.contains("settings") ? document["settings"] : Json::object();
    document.erase("settings");
    auto reader = JsonReader::parse(document.dump());
    if (!reader) return tl::unexpected(reader.error());
    for (const char* known : {"format", "version", "made_at"}) reader->ignore(known);
    TransferFile transfer;
    transfer.accounts = reader->required("accounts", reader->objects("accounts", any_count, read_exported_account));
    transfer.models = reader->required("models", reader->objects("models", {}, read_model));
    if (auto finished = reader->finish(); !finished) return tl::unexpected(finished.error());
    if (const auto email = repeated_email(transfer.accounts))
        return failure("invalid_field", Message{"export.email_repeated", {{"email", *email}}});
    auto entries = read_settings(settings);
    if (!entries) return tl::unexpected(entries.error());
    transfer.settings = std::move(*entries);
    return transfer;
}

Result<Json> open_document(const Json& document, const Keys& keys)
{
    const Json& text = document["sealed"];
    const auto box = text.is_string() ? from_base64(text.get<std::string>()) : std::nullopt;
    const auto id = box ? key_id_of(*box) : std::nullopt;
    if (!id) return failure("damaged", Message{"export.damaged"});
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const EncryptionKey& it) { return it.id() == *id; });
    if (key == keys.end()) return failure("no_key", Message{"export.key_unknown", {{"key", *id}}});
    const auto plain = decrypt(*key, *box, encrypted_place);
    if (!plain) return failure("damaged", Message{"export.damaged"});
    return parse_json(*plain);
}

}  // namespace

bool stays_on_its_machine(std::string_view setting)
{
    constexpr std::array names{std::string_view{"DATABASE_URL"}, std::string_view{"SECRET_KEY_FILE"},
                               std::string_view{"HOST"}, std::string_view{"PORT"}};
    return std::find(names.begin(), names.end(), setting) != names.end();
}

std::string transfer_text(const TransferFile& transfer, Time now)
{
    Ordered document = head(now);
    document["accounts"] = Ordered::array();
    const auto fields = account_fields(AccountOutput::export_file);
    for (const Account& account : transfer.accounts) document["accounts"].push_back(account_json(fields, account));
    document["models"] = Ordered::array();
    for (const Model& model : transfer.models) document["models"].push_back(model_json(model));
    document["settings"] = Ordered::object();
    for (const SettingEntry& entry : transfer.settings)
        document["settings"][entry.key] = std::visit([](const auto& value) { return Ordered(value); }, entry.value);
    return to_text(document);
}

std::string encrypted_transfer_text(const TransferFile& transfer, const EncryptionKey& key, Time now)
{
    Ordered document = head(now);
    document["key_id"] = key.id();
    document["sealed"] = to_base64(encrypt(key, transfer_text(transfer, now), encrypted_place));
    return to_text(document);
}

Result<TransferFile> read_transfer(std::string_view text, const Keys& keys)
{
    auto document = parse_json(text);
    if (!document) return tl::unexpected(document.error());
    if (!document->is_object() || document->value("format", Json()) != export_format_name)
        return failure("not_an_export", Message{"export.other_file"});
    if (document->value("version", Json()) != format_version) return failure("not_an_export", Message{"export.newer"});
    if (!document->contains("sealed")) return read_plain(std::move(*document));
    auto opened = open_document(*document, keys);
    if (!opened) return tl::unexpected(opened.error());
    return read_plain(std::move(*opened));
}

}  // namespace dreamina
