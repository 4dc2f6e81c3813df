#include <algorithm>

#include "jimeng/body_reading.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::json;

/// The members of the outermost object, in order and with every repetition.
class Members : public nlohmann::json_sax<json> {
public:
    std::vector<std::pair<std::string, json>> members;
    std::optional<std::string> fault;
    std::string kind = "object";  ///< of the outermost value

    bool null() override { return add(nullptr, "null"); }
    bool boolean(bool value) override { return add(value, "bool"); }
    bool number_integer(number_integer_t value) override { return add(value, "number"); }
    bool number_unsigned(number_unsigned_t value) override { return add(value, "number"); }
    bool number_float(number_float_t value, const string_t&) override { return add(value, "number"); }
    bool string(string_t& value) override { return add(std::move(value), "string"); }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return begin(json::object(), "object"); }
    bool start_array(std::size_t) override { return begin(json::array(), "array"); }
    bool end_object() override { return end(); }
    bool end_array() override { return end(); }
    bool key(string_t& name) override
    {
        if (depth_ == 1) {
            members.emplace_back(std::move(name), nullptr);
        } else {
            key_ = std::move(name);
        }
        return true;
    }
    bool parse_error(std::size_t, const std::string& token, const nlohmann::detail::exception& error) override
    {
        const bool ended = std::string_view(error.what()).find("unexpected end of input") != std::string_view::npos;
        fault = ended ? "unexpected EOF"
                      : "invalid character '" + token.substr(token.empty() ? 0 : token.size() - 1) +
                            "' looking for beginning of value";
        return false;
    }

private:
    json* put(json value)
    {
        if (inner_.empty()) {
            if (kind == "object" && !members.empty()) members.back().second = std::move(value);
            return members.empty() ? nullptr : &members.back().second;
        }
        json& into = *inner_.back();
        if (into.is_array()) {
            into.push_back(std::move(value));
            return &into.back();
        }
        return &(into[key_] = std::move(value));
    }
    bool add(json value, const char* type)
    {
        if (depth_ == 0) {
            kind = type;
        } else if (depth_ == 1 && kind != "object") {
            return true;
        } else {
            put(std::move(value));
        }
        return true;
    }
    bool begin(json container, const char* type)
    {
        if (depth_++ == 0) {
            kind = type;
            return true;
        }
        if (kind == "object") inner_.push_back(put(std::move(container)));
        return true;
    }
    bool end()
    {
        --depth_;
        if (!inner_.empty()) inner_.pop_back();
        return true;
    }

    int depth_ = 0;
    std::string key_;
    std::vector<json*> inner_;
};

const GoField* field_of(const std::vector<GoField>& known, std::string_view name)
{
    for (const GoField& field : known) {
        if (same_ignoring_case(field.name, name)) return &field;
    }
    return nullptr;
}

std::string_view go_kind(const json& value)
{
    if (value.is_string()) return "string";
    if (value.is_boolean()) return "bool";
    if (value.is_number()) return "number";
    return value.is_array() ? "array" : "object";
}

bool fits(const json& value, std::string_view type)
{
    if (type == "interface {}") return true;
    if (type == "string") return value.is_string();
    if (type == "bool") return value.is_boolean();
    if (type == "int") return value.is_number_integer();
    if (type == "float64") return value.is_number();
    if (!value.is_array()) return false;
    return type != "[]string" || std::all_of(value.begin(), value.end(), [](const json& v) { return v.is_string(); });
}

ReadBody read_json(const Request& request, const std::vector<GoField>& known)
{
    ReadBody read;
    if (request.body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        read.fault = "EOF";
        return read;
    }
    if (request.body.starts_with("\xef\xbb\xbf")) {  // which nlohmann passes over
        read.fault = "invalid character '\u00ef' looking for beginning of value";
        return read;
    }
    Members found;
    json::sax_parse(request.body.begin(), request.body.end(), &found, json::input_format_t::json, false);
    if (found.fault) {
        read.fault = found.fault;
        return read;
    }
    if (found.kind != "object" && found.kind != "null") {
        read.fault = "json: cannot unmarshal " + found.kind + " into Go value of type struct";
    }
    for (auto& [name, value] : found.members) {
        const GoField* field = field_of(known, name);
        if (field == nullptr || value.is_null()) continue;
        if (fits(value, field->type)) {
            read.fields[std::string(field->name)] = std::move(value);
        } else if (!read.fault) {
            read.fault = "json: cannot unmarshal " + std::string(go_kind(value)) + " into Go struct field ." +
                         std::string(field->name) + " of type " + std::string(field->type);
        }
    }
    return read;
}

}  // namespace

ReadBody read_body_of_b(const Request& request, const std::vector<GoField>& known, bool takes_forms)
{
    const std::string_view type = request.header("Content-Type");
    if (!takes_forms || !type.starts_with("multipart/form-data")) return read_json(request, known);
    ReadBody read;
    for (const FormPart& part : multipart_parts(request)) {
        if (part.is_file) {
            read.files.push_back(part.name);
        } else if (std::ranges::any_of(known, [&part](const GoField& f) { return f.name == part.name; }) &&
                   !read.fields.contains(part.name)) {
            read.fields[part.name] = std::string(part.value);
        }
    }
    return read;
}

}  // namespace dreamina::stand_in
