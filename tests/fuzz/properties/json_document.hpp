#pragma once
/// Valid JSON made to measure: keys that stand twice, escapes, blanks, nesting and values about the longest length. The
/// scanner must find what was put in, and nlohmann::json must read the same.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json_field_scanner.hpp"
#include "properties/input.hpp"
#include "properties/json_model.hpp"
#include "properties/property.hpp"

namespace dreamina::fuzz {

/// A text as it stands in the document, and as it reads.
struct WrittenText {
    struct Character {
        std::string written;
        std::string read;
    };
    std::vector<Character> characters;

    std::string written() const
    {
        std::string all;
        for (const Character& c : characters) all += c.written;
        return all;
    }
    /// Of the characters that stand in the first `most` bytes.
    std::string read(std::size_t most) const
    {
        std::string all;
        std::size_t size = 0;
        for (const Character& c : characters) {
            size += c.written.size();
            if (size > most) break;
            all += c.read;
        }
        return all;
    }
};

class JsonWriter {
public:
    explicit JsonWriter(Input& input) : input_(input) {}

    /// An object; notes what its `model` is in the end.
    std::string document(std::size_t longest)
    {
        std::string text = blanks() + "{" + blanks();
        const std::size_t count = input_.number(8);
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) text += "," + blanks();
            const WrittenText key = name();
            text += '"' + key.written() + '"' + blanks() + ":" + blanks();
            std::optional<WrittenText> content;
            text += value(0, content) + blanks();
            if (key.read(key.written().size()) != "model") continue;
            model_ = content ? std::optional{content->read(longest)} : std::nullopt;
        }
        return text + "}" + blanks();
    }

    const std::optional<std::string>& model() const { return model_; }

private:
    std::string blanks()
    {
        static constexpr std::array<std::string_view, 6> choices{"", "", " ", "\n", "\t\r", "  \n"};
        return std::string{input_.one_of(choices)};
    }

    WrittenText::Character character()
    {
        static constexpr std::array<WrittenTextPair, 20> choices{{{"a", "a"},
                                                                  {"\\\"", "\""},
                                                                  {"\\\\", "\\"},
                                                                  {"\\/", "/"},
                                                                  {"\\n", "\n"},
                                                                  {"\\b", "\b"},
                                                                  {"\\u0000", {"\0", 1}},
                                                                  {"\\u00e4", "ä"},
                                                                  {"\\u5373", "即"},
                                                                  {"\\ud83d\\ude00", "😀"},
                                                                  {"即", "即"},
                                                                  {"😀", "😀"},
                                                                  {"ä", "ä"},
                                                                  {"{", "{"},
                                                                  {"}", "}"},
                                                                  {"[", "["},
                                                                  {"]", "]"},
                                                                  {":", ":"},
                                                                  {",", ","},
                                                                  {"\x7F", "\x7F"}}};
        const auto& [written, read] = choices[input_.number(choices.size() - 1)];
        return {std::string{written}, std::string{read}};
    }

    WrittenText text()
    {
        WrittenText made;
        const std::size_t count = input_.number(12);
        for (std::size_t i = 0; i < count; ++i) {
            const WrittenText::Character one = character();
            // Now and then many of them, so that values reach the longest length.
            const std::size_t times = input_.number(31) == 31 ? input_.number(200) : 1;
            made.characters.insert(made.characters.end(), times, one);
        }
        return made;
    }

    WrittenText name()
    {
        static constexpr std::array<std::string_view, 6> others{"models", "mode", "Model", "", "code", "model "};
        switch (input_.number(4)) {
        case 0: return text();
        case 1: return plain(input_.one_of(others));
        case 2: return {{{"\\u006d", "m"}, {"o", "o"}, {"\\u0064", "d"}, {"e", "e"}, {"l", "l"}}};
        default: return plain("model");
        }
    }

    static WrittenText plain(std::string_view words)
    {
        WrittenText made;
        for (const char c : words) made.characters.push_back({std::string(1, c), std::string(1, c)});
        return made;
    }

    /// `content` is set if the value is a text.
    std::string value(int depth, std::optional<WrittenText>& content)
    {
        static constexpr std::array<std::string_view, 10> scalars{
            "null", "true", "false", "0", "-1", "1.5", "1e3", "-0.0e0", "12345", "9223372036854775808"};
        constexpr int deepest = 5;
        switch (input_.number(depth < deepest ? 5 : 3)) {
        case 0: return std::string{input_.one_of(scalars)};
        case 4: return sequence('[', ']', depth);
        case 5: return sequence('{', '}', depth);
        default: content = text(); return '"' + content->written() + '"';
        }
    }

    std::string sequence(char opening, char closing, int depth)
    {
        std::string made = opening + blanks();
        const std::size_t count = input_.number(3);
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) made += "," + blanks();
            if (opening == '{') made += '"' + name().written() + "\"" + blanks() + ":" + blanks();
            std::optional<WrittenText> ignored;
            made += value(depth + 1, ignored) + blanks();
        }
        return made + closing;
    }

    struct WrittenTextPair {
        std::string_view written;
        std::string_view read;
    };

    Input& input_;
    std::optional<std::string> model_;
};

/// The first byte chooses the longest value, the rest what is written.
inline void json_document(std::string_view bytes)
{
    constexpr std::size_t usual_longest = 1024;
    Input input{bytes};
    const std::size_t chosen = input.number(31);
    const std::size_t longest = chosen == 0 ? usual_longest : chosen;
    JsonWriter writer{input};
    const std::string text = writer.document(longest);

    const auto json = nlohmann::json::parse(text, nullptr, false);
    require(!json.is_discarded(), "what was written is no JSON: a fault of the writer's");
    const auto by_nlohmann = model_by_nlohmann(json);
    require(by_nlohmann.has_value() == writer.model().has_value(), "nlohmann reads something else than was written");
    require(!by_nlohmann || by_nlohmann->starts_with(*writer.model()), "nlohmann reads another text than was written");

    const auto found = same_in_all_pieces(JsonFieldScanner{{"model"}, longest}, text,
                                          [](const JsonFieldScanner& scanner) { return scanner.text("model"); });
    require(found == writer.model(), "the scanner does not find what was written");
    require(accepted_by_scanner(text), "the strict scanner does not accept what was written");
    if (longest == usual_longest) json_model(text);
}

}  // namespace dreamina::fuzz
