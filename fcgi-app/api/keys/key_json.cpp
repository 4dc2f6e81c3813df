#include "api/keys/key_json.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/http/json_values.hpp"
#include "api/http/query_parameters.hpp"
#include "core/base/text.hpp"
#include "core/domain/settings.hpp"

namespace dreamina {
namespace {

constexpr std::size_t max_name_length = 100;
constexpr std::int64_t max_key_calls = 1'000'000'000;
constexpr std::int64_t max_at_a_time = 1'000'000;
constexpr std::int64_t max_storage_gb = 1'000'000;
constexpr std::string_view store_as_set = "default";

/// The catalogue judges the rest.
constexpr JsonReader::Text model_text{.max = max_model_name_length};

void read_key_limit(JsonReader& reader, const char* name, std::int64_t max, std::optional<std::int64_t>& limit)
{
    const auto field = reader.integer(name, 1, max);
    if (field.present) limit = field.value;  // null: none
}

void read_name(JsonReader& reader, std::string& name)
{
    const auto field = reader.text("name", {.min = 1, .max = max_name_length});
    if (field.is_null()) reader.fail("name", {"field.null"});
    if (!field.value) return;
    if (trim(*field.value) != *field.value) reader.fail("name", {"field.surrounding_blanks"});
    name = *field.value;
}

/// Whatever name of a model is given, it is the model that is meant: its id is kept.
void read_models(JsonReader& reader, const ModelCatalog& catalog, std::vector<std::string>& models)
{
    if (reader.holds("models", models)) return;  // also those that the catalogue has no more
    const auto names = reader.texts("models", {}, model_text);
    if (names.is_null()) reader.fail("models", {"field.null"});
    if (!names.value) return;
    models.clear();
    for (std::size_t i = 0; i < names.value->size(); ++i) {
        const std::string& name = (*names.value)[i];
        const Model* model = catalog.find(name);
        if (model == nullptr) {
            reader.fail(fmt::format("models[{}]", i), {"field.no_model", {{"name", name}}});
        } else if (std::find(models.begin(), models.end(), model->id) == models.end()) {
            models.push_back(model->id);
        }
    }
}

void read_expiry(JsonReader& reader, Time now, std::optional<Time>& expires_at)
{
    if (expires_at && reader.holds("expires_at", to_rfc3339(*expires_at))) return;
    const auto field = reader.time("expires_at");
    if (field.value && *field.value <= now) reader.fail("expires_at", {"field.not_future"});
    if (field.present) expires_at = field.value;
}

/// Null: as the setting says; 0: none.
void read_keep_alive_blanks(JsonReader& reader, std::optional<std::int64_t>& blanks)
{
    const auto field = reader.integer("keep_alive_blanks", 0, max_keep_alive);
    if (field.present) blanks = field.value;
}

void read_async_mode(JsonReader& reader, bool& is_always_async)
{
    const auto field = reader.text("async_mode", {.min = 1, .max = 16});
    if (field.is_null()) reader.fail("async_mode", {"field.null"});
    if (!field.value) return;
    if (*field.value != async_always && *field.value != async_optional)
        reader.fail("async_mode", not_one_of({std::string{async_optional}, std::string{async_always}}));
    is_always_async = *field.value == async_always;
}

/// "default": as the setting says.
void read_store_results(JsonReader& reader, std::optional<StoreMode>& mode)
{
    const auto field = reader.text("store_results", {.min = 1, .max = 16});
    if (field.is_null()) reader.fail("store_results", {"field.null"});
    if (!field.value) return;
    mode = parse_store_mode(*field.value);
    if (mode || *field.value == store_as_set) return;
    Choices choices = choices_of(all_store_modes);
    choices.emplace(choices.begin(), store_as_set);
    reader.fail("store_results", not_one_of(choices));
}

Result<ApiKey> read_key(ApiKey key, JsonReader& reader, const ModelCatalog& catalog, Time now)
{
    read_name(reader, key.name);
    read_models(reader, catalog, key.models);
    ApiKeyLimits& limits = key.status.limits;
    read_key_limit(reader, "calls_per_day", max_key_calls, limits.calls_per_day);
    read_key_limit(reader, "calls_per_minute", max_key_calls, limits.calls_per_minute);
    read_key_limit(reader, "concurrency", max_at_a_time, limits.concurrency);
    read_expiry(reader, now, key.status.expires_at);
    read_keep_alive_blanks(reader, key.keep_alive_blanks);
    read_async_mode(reader, key.is_always_async);
    read_store_results(reader, key.store_results);
    read_key_limit(reader, "storage_gb", max_storage_gb, key.storage_gb);
    if (const auto faults = reader.finish(); !faults) return tl::unexpected(faults.error());
    return key;
}

}  // namespace

Json key_terms(const ApiKey& key)
{
    const ApiKeyLimits& limits = key.status.limits;
    return {{"name", key.name},
            {"models", key.models},
            {"calls_per_day", value_or_null(limits.calls_per_day)},
            {"calls_per_minute", value_or_null(limits.calls_per_minute)},
            {"concurrency", value_or_null(limits.concurrency)},
            {"expires_at", value_or_null(key.status.expires_at)},
            {"keep_alive_blanks", value_or_null(key.keep_alive_blanks)},
            {"async_mode", key.is_always_async ? async_always : async_optional},
            {"store_results", key.store_results ? to_string(*key.store_results) : store_as_set},
            {"storage_gb", value_or_null(key.storage_gb)}};
}

Json key_json(const ApiKey& key, const ServiceDay& today, Time now)
{
    const ApiKeyStatus& status = key.status;
    const ApiKeyUse use = as_of_now(status.use, today, now);
    Json json{{"id", key.id},
              {"prefix", key.prefix},
              {"state", to_string(state_of(status, now))},
              {"created_at", to_rfc3339(key.created_at)},
              {"revoked_at", value_or_null(status.revoked_at)},
              {"last_used_at", value_or_null(use.last_used_at)},
              {"use",
               {{"today", use.day.calls},
                {"this_minute", use.minute.calls},
                {"total", use.total},
                {"in_flight", use.in_flight}}}};
    json.update(key_terms(key));
    return json;
}

Result<ApiKey> read_new_key(JsonReader& reader, const ModelCatalog& catalog, Time now)
{
    if (!reader.has("name")) reader.fail("name", {"field.required"});
    return read_key(ApiKey{}, reader, catalog, now);
}

Result<ApiKey> read_key_change(JsonReader& reader, const ApiKey& stored, const ModelCatalog& catalog, Time now)
{
    for (const char* shown : {"id", "prefix", "state", "created_at", "revoked_at", "last_used_at", "use"})
        reader.ignore(shown);
    return read_key(stored, reader, catalog, now);
}

}  // namespace dreamina
