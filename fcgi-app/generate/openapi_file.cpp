#include "generate/openapi_file.hpp"

namespace dreamina {
namespace {

constexpr const char* generated_field = "x-generated";

void remove_marks(OrderedJson& json)
{
    if (json.is_object()) json.erase(generated_field);
    if (json.is_structured())
        for (OrderedJson& each : json) remove_marks(each);
}

/// The mark stands before the first of them; a member that is new comes last.
void set_member(OrderedJson& object, const std::string& member, const OrderedJson& value)
{
    if (object.contains(generated_field)) {
        object[generated_field] = object[generated_field].get<std::string>() + ", " + member;
        object[member] = value;
        return;
    }
    OrderedJson renewed = OrderedJson::object();
    for (const auto& [key, present] : object.items()) {
        if (key == member) renewed[generated_field] = member;
        renewed[key] = key == member ? value : present;
    }
    if (!object.contains(member)) {
        renewed[generated_field] = member;
        renewed[member] = value;
    }
    object = std::move(renewed);
}

}  // namespace

Result<std::string> renewed_openapi(std::string_view present, const std::vector<GeneratedMember>& members)
{
    OrderedJson document;
    try {
        document = OrderedJson::parse(present);
    } catch (const OrderedJson::parse_error& error) {
        return failure("invalid_openapi", error.what());
    }
    remove_marks(document);
    for (const GeneratedMember& each : members) {
        const OrderedJson::json_pointer place{each.object};
        if (!document.contains(place) || !document[place].is_object())
            return failure("invalid_openapi", "there is no object " + each.object + " for the generated \"" +
                                                  each.member + "\"; add it with a type and a description");
        set_member(document[place], each.member, each.value);
    }
    return lay_out(document);
}

}  // namespace dreamina
