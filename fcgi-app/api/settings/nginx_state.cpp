#include "api/settings/nginx_state.hpp"

#include "core/base/file.hpp"

namespace dreamina {

Json nginx_state(const std::filesystem::path& data_folder)
{
    const auto text = read_file(data_folder / "nginx.json");
    if (!text) return nullptr;
    const Json state = Json::parse(*text, nullptr, false);
    if (!state.is_object()) return nullptr;
    return {{"host", state.value("host", "")},
            {"port", state.value("port", 0)},
            {"port_fixed", state.value("port_fixed", false)},
            {"fault", state.contains("fault") ? state["fault"] : Json(nullptr)}};
}

}  // namespace dreamina
