#include "proxy/model_list.hpp"

#include "core/base/json_reader.hpp"
#include "core/base/text.hpp"
#include "proxy/body/asked_model.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

constexpr std::string_view models_path = "/v1/models";

Json model_object(std::string_view name)
{
    return {{"id", name}, {"object", "model"}, {"created", 0}, {"owned_by", "dreamina"}};
}

Reply json_answer(const Json& body)
{
    return {.status = 200,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}, any_origin()},
            .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

bool may_see(const ApiKey* key, const Model& model) { return key == nullptr || may_use(*key, model.id); }

Reply all_models(const ModelCatalog& catalog, const ApiKey* key)
{
    Json data = Json::array();
    for (const Model& model : catalog.models()) {
        if (!may_see(key, model)) continue;
        for (const ModelName& name : model.names) {
            if (is_wildcard(name.name)) continue;  // no name that one could ask for
            data.push_back(model_object(name.name));
        }
    }
    return json_answer({{"object", "list"}, {"data", std::move(data)}});
}

Reply one_model(std::string_view name, const ModelCatalog& catalog, const ApiKey* key)
{
    const Model* model = catalog.find(name);
    if (model != nullptr && may_see(key, *model)) return json_answer(model_object(name));
    const bool shown = name.size() <= max_model_name_length && is_valid_utf8(name);
    return openai_error(404, "invalid_request_error", "model_not_found",
                        shown ? "there is no model " + std::string{name} + " that this key may use"
                              : std::string{"there is no such model"});
}

}  // namespace

std::optional<Reply> model_list_reply(std::string_view written_path, const ModelCatalog& catalog, const ApiKey* key)
{
    const std::string path = with_single_slashes(written_path);
    if (!path.starts_with(models_path)) return std::nullopt;
    std::string_view rest = std::string_view{path}.substr(models_path.size());
    if (!rest.empty() && rest.front() != '/') return std::nullopt;
    if (!rest.empty()) rest.remove_prefix(1);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    return rest.empty() ? all_models(catalog, key) : one_model(rest, catalog, key);
}

}  // namespace dreamina
