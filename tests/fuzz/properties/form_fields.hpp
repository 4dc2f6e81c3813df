#pragma once
/// FormFields on bodies that every program reads alike: a change does what it says, and nothing else.

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "properties/property.hpp"
#include "proxy/body/form_fields.hpp"
#include "proxy/body/json_members.hpp"
#include "proxy/body/model_reading.hpp"

namespace dreamina::fuzz {

/// The body with what `change` does to its field of that place.
template <class Change>
std::string with_field(const std::shared_ptr<const Body>& body, std::string_view type, std::size_t place, Change change)
{
    FormFields fields{*body, type};
    change(fields, fields.all()[place]);
    return Body::edited(body, fields.edits())->text();
}

/// Against nlohmann's reading of the same text.
inline void json_changes(const std::shared_ptr<const Body>& body, std::string_view type, const FormFields& fields)
{
    const auto document = nlohmann::json::parse(body->text(), nullptr, false);
    if (!document.is_object()) return;
    same_in_all_pieces(JsonMemberScanner{}, body->text(), [](const JsonMemberScanner& scanner) {
        std::string places;
        for (const JsonMember& member : scanner.members())
            places += std::to_string(member.begin) + ' ' + std::to_string(member.end) + ' ' + member.value + '\n';
        return places;
    });
    for (std::size_t i = 0; i < fields.all().size(); ++i) {
        const std::string& name = fields.all()[i].name;
        const auto is_same = [&](const FormField& other) { return other.name == name; };
        if (std::count_if(fields.all().begin(), fields.all().end(), is_same) > 1) continue;
        if (!document.contains(name)) {
            require(name.empty(), "a field that there is not");
            continue;
        }
        const auto parsed = [&](auto change) {
            return nlohmann::json::parse(with_field(body, type, i, change), nullptr, false);
        };
        auto without = document;
        without.erase(name);
        require(parsed([](FormFields& form, const FormField& field) { form.remove(field); }) == without,
                "a field is not taken away alone");
        auto otherwise = document;
        otherwise[name] = "other \"value\"";
        require(
            parsed([](FormFields& form, const FormField& field) { form.set(field, "other \"value\""); }) == otherwise,
            "a value is not set alone");
        if (const auto text = fields.all()[i].text) require(document[name] == *text, "another text than it is");
        auto renamed = without;
        renamed["another name"] = document[name];
        if (!document.contains("another name"))
            require(
                parsed([](FormFields& form, const FormField& field) { form.rename(field, "another name"); }) == renamed,
                "a field is not renamed alone");
    }
}

/// The input's first line is the Content-Type, the rest is the body.
inline void form_fields(std::string_view input)
{
    const std::size_t line = std::min(input.find('\n'), input.size());
    const std::string type{input.substr(0, line)};
    const auto body = std::make_shared<const Body>(std::string{input.substr(std::min(line + 1, input.size()))});
    const ModelReading reading = read_model(*body, type);
    if (!reading.doubt.empty() || reading.state == ModelReading::State::unreadable) return;

    const FormFields fields{*body, type};
    require(Body::edited(body, fields.edits()) == body, "a body is changed that nothing was to be changed in");
    if (fields.is_json()) json_changes(body, type, fields);
    const FormField* model = fields.find("model");
    if (reading.state != ModelReading::State::named || model == nullptr) return;
    const auto place = static_cast<std::size_t>(model - fields.all().data());
    const Body named{
        with_field(body, type, place, [](FormFields& form, const FormField& field) { form.set(field, "m-1"); })};
    require(read_model(named, type).name == "m-1", "the model is not the one that was put in");
}

}  // namespace dreamina::fuzz
