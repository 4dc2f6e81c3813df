#include "api/accounts/account_filter.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/http/query_parameters.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/base/text.hpp"
#include "core/storage/stores/model_store.hpp"

namespace dreamina {
namespace {

/// As it is said; empty members ask for nothing.
struct FilterTexts {
    std::string region;
    std::string email;
    std::string status;
    std::string available_for;
    std::string_view available_for_name = "available_for";  ///< as it was written
    std::string at_limit;
};

/// `room`: what was asked for under the former name of available_for; it counts where the present one is not given.
void take_former_name(FilterTexts& texts, std::string room)
{
    if (!texts.available_for.empty() || room.empty()) return;
    texts.available_for = std::move(room);
    texts.available_for_name = "room";
}

/// The first that is wrong.
struct Fault {
    std::string_view field;
    Message fault;
};

template <class T>
using Read = tl::expected<T, Fault>;

tl::unexpected<Fault> wrong(std::string_view field, Message fault)
{
    return tl::unexpected(Fault{field, std::move(fault)});
}

/// "us,hk"; empty means all.
template <class T>
Read<std::vector<T>> read_list(std::string_view field, std::string_view text,
                               std::optional<T> (*parse)(std::string_view), const Choices& choices)
{
    std::vector<T> values;
    for (std::string_view rest = text; !rest.empty();) {
        const auto word = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        const auto value = parse(word);
        if (!value) return wrong(field, not_one_of(choices));
        if (std::find(values.begin(), values.end(), *value) == values.end()) values.push_back(*value);
    }
    return values;
}

Read<std::optional<ModelRule>> read_available_for(std::string_view field, const std::string& id, const Call& call)
{
    if (id.empty()) return std::optional<ModelRule>{};
    const bool is_text = is_valid_utf8(id) && !has_control_characters(id);
    if (!is_text) return wrong(field, {"field.not_plain_text"});
    const auto model = ModelStore{call.database}.find(id);
    if (!model) return wrong(field, {"field.not_model"});
    return ModelRule{.id = model->id,
                     .regions = regions_of(*model),
                     .needs_points = model->needs_points,
                     .daily_limit = daily_limit(*model, call.settings()),
                     .limit_bit = model->limit_bit};
}

Read<AccountFilter> read_filter(const FilterTexts& texts, const Call& call)
{
    AccountFilter filter;
    const auto regions = read_list<Region>("region", texts.region, parse_region, choices_of(all_regions));
    if (!regions) return tl::unexpected(regions.error());
    filter.regions = *regions;
    const auto statuses = read_list<AccountStatus>("status", texts.status, parse_status, choices_of(all_statuses));
    if (!statuses) return tl::unexpected(statuses.error());
    filter.statuses = *statuses;
    filter.email_part = texts.email;
    if (!is_valid_utf8(filter.email_part) || has_control_characters(filter.email_part))
        return wrong("email", {"field.not_plain_text"});
    const auto model = read_available_for(texts.available_for_name, texts.available_for, call);
    if (!model) return tl::unexpected(model.error());
    filter.available_for = *model;
    if (!texts.at_limit.empty() && texts.at_limit != "true" && texts.at_limit != "false")
        return wrong("at_limit", not_one_of({"true", "false"}));
    filter.at_limit = texts.at_limit == "true";
    return filter;
}

/// "us,hk" or ["us", "hk"].
std::string text_of(JsonReader& reader, const char* name)
{
    if (!reader.has_list(name)) return reader.text(name, {}).value_or("");
    return fmt::format("{}", fmt::join(reader.texts(name, {}, {.min = 1}).value_or({}), ","));
}

Json asked(const FilterTexts& texts)
{
    Json given = Json::object();
    for (const auto& [name, word] :
         {std::pair{"region", &FilterTexts::region}, std::pair{"email", &FilterTexts::email},
          std::pair{"status", &FilterTexts::status}, std::pair{"available_for", &FilterTexts::available_for},
          std::pair{"at_limit", &FilterTexts::at_limit}})
        if (!(texts.*word).empty()) given[name] = texts.*word;
    return given;
}

AccountChoice read_filter_object(JsonReader& reader, const Call& call)
{
    FilterTexts texts;
    texts.region = text_of(reader, "region");
    texts.status = text_of(reader, "status");
    texts.email = reader.text("email", {}).value_or("");
    texts.available_for = reader.text("available_for", {}).value_or("");
    take_former_name(texts, reader.text("room", {}).value_or(""));
    for (const char* word : {"", "true", "false"})
        if (reader.holds("at_limit", word)) texts.at_limit = word;
    const bool is_given = reader.holds("at_limit", "") || !texts.at_limit.empty();
    if (!is_given && reader.boolean("at_limit").value_or(false)) texts.at_limit = "true";
    const auto filter = read_filter(texts, call);
    if (!filter) reader.fail(filter.error().field, filter.error().fault);
    return {.ids = {}, .filter = filter ? *filter : AccountFilter{}, .asked = asked(texts)};
}

}  // namespace

Result<AccountFilter> read_account_filter(const Call& call)
{
    const auto word = [&](std::string_view name) { return query_parameter(call.request.query, name).value_or(""); };
    FilterTexts texts{.region = word("region"),
                      .email = word("email"),
                      .status = word("status"),
                      .available_for = word("available_for"),
                      .at_limit = word("at_limit")};
    take_former_name(texts, word("room"));
    auto filter = read_filter(texts, call);
    if (!filter) return wrong_parameter(filter.error().field, std::move(filter.error().fault));
    return std::move(*filter);
}

Field<AccountChoice> read_account_choice(JsonReader& reader, const Call& call, std::size_t max_ids)
{
    Field<AccountChoice> field{.present = reader.has("accounts"), .value = {}};
    if (reader.has_object("accounts")) {
        return reader.object("accounts", [&](JsonReader& it) { return read_filter_object(it, call); });
    } else if (reader.has_list("accounts")) {
        auto ids = reader.integers("accounts", {.min = 1, .max = max_ids}, 1);
        if (!ids.value) return field;
        std::set<AccountId> seen;
        std::erase_if(*ids.value, [&](AccountId id) { return !seen.insert(id).second; });
        field.value = AccountChoice{.ids = std::move(*ids.value), .filter = {}, .asked = {}};
    } else if (field.present) {
        reader.ignore("accounts");
        reader.fail("accounts", {"field.not_accounts"});
    }
    return field;
}

std::vector<AccountId> chosen_accounts(Database& database, const AccountChoice& choice)
{
    return choice.filter ? list_account_ids(database, *choice.filter) : choice.ids;
}

}  // namespace dreamina
