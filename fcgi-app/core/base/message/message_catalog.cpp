#include "core/base/message/message_catalog.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/message/message_json.hpp"

namespace dreamina {
namespace {

using Templates = std::map<std::string, std::string, std::less<>>;

void flatten_templates(const Json& node, const std::string& path, Templates& templates)
{
    for (const auto& [name, value] : node.items()) {
        const std::string code = path.empty() ? name : fmt::format("{}.{}", path, name);
        if (value.is_object())
            flatten_templates(value, code, templates);
        else
            templates.emplace(code, value.get<std::string>());
    }
}

std::string size_text(double bytes)
{
    constexpr double megabyte = 1e6;
    constexpr double gigabyte = 1e9;
    return bytes < gigabyte ? fmt::format("{:.1f} MB", bytes / megabyte) : fmt::format("{:.1f} GB", bytes / gigabyte);
}

std::string in_capitals(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

struct ShowValue {
    std::string_view name;

    std::string operator()(const std::string& text) const
    {
        return name.ends_with("region") ? in_capitals(text) : text;
    }
    std::string operator()(std::int64_t number) const { return show_number(number); }
    std::string operator()(double number) const { return show_number(number); }
    std::string operator()(const std::vector<std::string>& texts) const
    {
        const std::string all = fmt::format("{}", fmt::join(texts, ", "));
        return name == "regions" ? in_capitals(all) : all;
    }
    std::string operator()(const Message& nested) const { return english(nested); }

private:
    template <class Number>
    std::string show_number(Number number) const
    {
        return name.ends_with("bytes") ? size_text(static_cast<double>(number)) : fmt::format("{}", number);
    }
};

std::string shown_value(const MessageParam& param) { return std::visit(ShowValue{param.name}, param.value); }

const MessageParam* find_param(const Message& message, std::string_view name)
{
    const auto found = std::find_if(message.params.begin(), message.params.end(),
                                    [&](const MessageParam& param) { return param.name == name; });
    return found == message.params.end() ? nullptr : &*found;
}

std::string_view form_for_count(std::string_view text, const Message& message)
{
    constexpr std::string_view between = " | ";
    const auto at = text.find(between);
    if (at == std::string_view::npos) return text;
    const MessageParam* count = find_param(message, "count");
    const bool one = count && count->value == MessageValue{std::int64_t{1}};
    return one ? text.substr(0, at) : text.substr(at + between.size());
}

std::string filled_in(std::string_view text, const Message& message)
{
    std::string result;
    while (!text.empty()) {
        const auto open = text.find('{');
        const auto close = open == std::string_view::npos ? open : text.find('}', open);
        result += text.substr(0, close == std::string_view::npos ? close : open);
        if (close == std::string_view::npos) break;
        if (const MessageParam* param = find_param(message, text.substr(open + 1, close - open - 1)))
            result += shown_value(*param);
        text.remove_prefix(close + 1);
    }
    return result;
}

std::string without_template(const Message& message)
{
    std::string result = message.code;
    for (const MessageParam& param : message.params)
        result +=
            fmt::format("{}{}: {}", &param == &message.params.front() ? " (" : ", ", param.name, shown_value(param));
    return message.params.empty() ? result : result + ")";
}

}  // namespace

const Templates& english_templates()
{
    static const Templates templates = [] {
        Templates all;
        flatten_templates(Json::parse(english_catalog_text()), "", all);
        return all;
    }();
    return templates;
}

std::string english(const Message& message)
{
    const auto& templates = english_templates();
    const auto found = templates.find(message.code);
    return found == templates.end() ? without_template(message)
                                    : filled_in(form_for_count(found->second, message), message);
}

}  // namespace dreamina
