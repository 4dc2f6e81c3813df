#include "proxy/body/model_reading.hpp"

#include <array>

#include "core/base/json_field_scanner.hpp"
#include "core/base/json_text.hpp"
#include "core/base/text.hpp"
#include "proxy/body/json_model_scanner.hpp"
#include "proxy/body/json_repair.hpp"
#include "proxy/body/multipart_scanner.hpp"
#include "proxy/body/read_body.hpp"
#include "proxy/body/urlencoded_scanner.hpp"

namespace dreamina {
namespace {

using State = ModelReading::State;

constexpr const char* model_member = "model";

constexpr std::string_view named_twice = "it names the model more than once";
constexpr std::string_view named_otherwise = "the field's name is not written \"model\" to the letter";
constexpr std::string_view odd_text = "the model's name has characters in it that not every program keeps";
constexpr std::string_view no_json = "it is not valid JSON";
constexpr std::string_view more_than_json = "there is more in it than one JSON value";
constexpr std::string_view long_name = "it has a field with a name of more than 1,024 bytes";
constexpr std::string_view json_as_form = "it is JSON, and its Content-Type says that it is a form";
constexpr std::string_view odd_form = "it is not written the way that every program reads a form";
constexpr std::string_view no_form = "its Content-Type is none that every program reads as a form";

ModelReading named(std::string name)
{
    return name.empty() ? ModelReading{} : ModelReading{.state = State::named, .name = std::move(name)};
}

/// Jimeng-api changes these within texts too.
bool has_odd_characters(std::string_view text)
{
    for (const std::string_view odd : {"\xEF\xBB\xBF", "\xC2\xA0", "\xE2\x80"})
        if (text.find(odd) != std::string_view::npos) return true;
    return text.find(',') != std::string_view::npos && text.find_first_of("]}") != std::string_view::npos;
}

/// Who takes the body: jimeng-api reads JSON under its own type only, and then also what is none.
enum class Reader { both, jimeng_api, jimeng_api_go };

ModelReading reading_of(const JsonModelScanner& json, Reader reader)
{
    using Kind = JsonModelScanner::Kind;
    if (!json.is_object()) return {.state = json.is_null() ? State::missing : State::unreadable, .name = {}};
    ModelReading reading;
    const auto& by_a = json.by_jimeng_api();
    // Jimeng-api refuses null.
    const bool takes_a = reader != Reader::jimeng_api_go && by_a && by_a->kind != Kind::null;
    const bool takes_b =
        reader == Reader::jimeng_api_go || (reader == Reader::both && !json.is_refused_by_jimeng_api_go());
    static const std::optional<JsonModelScanner::Value> none;
    const auto& value = takes_a ? by_a : takes_b ? json.by_jimeng_api_go() : none;
    if (value) {
        const auto text = value->kind != Kind::text ? std::nullopt
                          : value->is_cut           ? read_cut_json_text(value->raw)
                                                    : read_json_text(value->raw);
        reading = text ? named(*text) : ModelReading{.state = State::unreadable, .name = {}};
        if (text && has_odd_characters(value->raw)) reading.doubt = odd_text;
    }
    if (json.has_odd_name()) reading.doubt = named_otherwise;
    if (json.count() > 1) reading.doubt = named_twice;
    if (json.has_long_name()) reading.doubt = long_name;
    return reading;
}

/// What jimeng-api makes of text that is no JSON; nothing if it gives up too.
std::optional<ModelReading> repaired_reading(const Body& body)
{
    for (const auto step : {JsonRepair::Step::blanks, JsonRepair::Step::quotes}) {
        JsonRepair repair{step};
        JsonModelScanner json{model_member, JsonModelScanner::Commas::surplus_allowed};
        for_each_piece(body, [&](std::string_view piece) { json.feed(repair.feed(piece)); });
        if (json.is_valid()) return reading_of(json, Reader::jimeng_api);
    }
    return std::nullopt;
}

ModelReading read_json(const Body& body, std::string_view type)
{
    const bool says_json = type.ends_with("json");
    const JsonModelScanner json = scanned(JsonModelScanner{model_member}, body);
    if (json.is_valid()) return reading_of(json, type == "application/json" ? Reader::both : Reader::jimeng_api_go);
    ModelReading reading;
    if (json.has_value()) {
        reading = reading_of(json, Reader::jimeng_api_go);
        reading.doubt = more_than_json;
        return reading;
    }
    if (const auto repaired = says_json ? repaired_reading(body) : std::nullopt) {
        reading = *repaired;
    } else {
        // No upstream takes it. What it seems to ask for is noted in the log all the same.
        const auto text = scanned(JsonFieldScanner{{model_member}}, body).text(model_member);
        reading = text ? named(*text) : ModelReading{.state = State::unreadable, .name = {}};
    }
    if (says_json || reading.state != State::unreadable) reading.doubt = no_json;
    return reading;
}

template <class Scanner>
ModelReading reading_of_form(const Scanner& form)
{
    ModelReading reading = form.value() ? named(std::string{trim(*form.value())}) : ModelReading{};
    if (form.value() && reading.name != *form.value()) reading.doubt = odd_text;
    if (!form.is_plain()) reading.doubt = odd_form;
    if (form.count() > 1) reading.doubt = named_twice;
    if (form.is_too_long()) reading.state = State::unreadable;
    return reading;
}

/// Readers that search the type for `boundary=` and readers that divide it find the same.
bool is_plain_boundary(std::string_view content_type, const std::string& boundary)
{
    constexpr std::string_view parameter = "boundary=";
    const auto at = to_lower(content_type).find(parameter);
    if (at == std::string::npos || to_lower(content_type).find(parameter, at + 1) != std::string::npos) return false;
    const std::string_view written = content_type.substr(at + parameter.size());
    const std::string_view value = written.substr(0, written.find(';'));
    return value == boundary || value == '"' + boundary + '"';
}

ModelReading read_multipart(const Body& body, std::string_view content_type)
{
    const auto boundary = multipart_boundary(content_type);
    if (!boundary) return {.state = State::unreadable, .name = {}, .doubt = no_form};
    ModelReading reading = reading_of_form(scanned(MultipartFieldScanner{*boundary, model_member}, body));
    if (!is_plain_boundary(content_type, *boundary)) reading.doubt = no_form;
    return reading;
}

/// How JSON that a program would read as such begins.
bool begins_like_json(const Body& body)
{
    std::array<char, 64> start{};
    const std::string_view text{start.data(), body.read(0, start)};
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return !text.empty();
    return text[first] == '{' || text.substr(first).starts_with("null");
}

}  // namespace

ModelReading read_model(const Body& body, std::string_view content_type)
{
    if (body.size() == 0) return {};
    const std::string type = media_type(content_type);
    if (type.starts_with("multipart/")) return read_multipart(body, content_type);
    if (type != "application/x-www-form-urlencoded") return read_json(body, type);
    if (begins_like_json(body)) {
        const JsonModelScanner json = scanned(JsonModelScanner{model_member}, body);
        if (json.has_value()) {
            ModelReading reading = reading_of(json, Reader::jimeng_api_go);
            reading.doubt = json_as_form;
            return reading;
        }
    }
    UrlencodedFieldScanner form = scanned(UrlencodedFieldScanner{model_member}, body);
    form.finish();
    return reading_of_form(form);
}

}  // namespace dreamina
